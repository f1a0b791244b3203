// Holds templates against the rules of cdk-nag for AWS Solutions: prints a line of JSON for each finding.

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import cdk from "aws-cdk-lib";
import include from "aws-cdk-lib/cloudformation-include";
import nag from "cdk-nag";

const folder = mkdtempSync(join(tmpdir(), "nag-"));

// Newer than CDK: a value of another stack, which no rule looks at.
const withoutStackOutputs = (key, value) =>
  value !== null && typeof value === "object" && "Fn::GetStackOutput" in value ? "a value of another stack" : value;

for (const path of process.argv.slice(2)) {
  const templateFile = join(folder, "it.template.json");
  writeFileSync(templateFile, JSON.stringify(JSON.parse(readFileSync(path, "utf8"), withoutStackOutputs)));
  const app = new cdk.App({ outdir: join(folder, "out") });
  new include.CfnInclude(new cdk.Stack(app, "Stack"), "Template", { templateFile });
  for (const violation of new nag.AwsSolutionsChecks().validateScope(app).violations) {
    for (const { constructPath } of violation.violatingResources) {
      const [, rule, detail] = violation.ruleName.match(/^([^[]+)(.*)$/);
      const message = `${violation.description} ${detail}`.trim();
      console.log(JSON.stringify({ path, rule, resource: constructPath.split("/").at(-1), message }));
    }
  }
}
