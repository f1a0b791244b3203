"""Holds templates against cloudformation-validate, checkov and cdk-nag: `lint.py FOLDER` with templates at …/APP/STAGE/STACK.template.json.

A finding fails, unless it is accepted: at the resource, as `formwork:accepted` in its metadata with a text `RULE: why`, or in accepted.toml for
all of a kind. What is accepted there and found nowhere fails too, so that the list stays as short as it can be.
"""

import dataclasses
import fnmatch
import functools
import json
import pathlib
import subprocess
import sys
import tomllib

from cloudformation_validate import CompositeEngine, Severity

HERE = pathlib.Path(__file__).parent
SERIOUS = {Severity.WARN, Severity.ERROR, Severity.FATAL}
PROTECTED = {"prod", "production"}


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    rule: str
    resource: str
    message: str


@functools.cache
def resources_of(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8")).get("Resources", {})


def by_validate(paths):
    engine = CompositeEngine()
    for path in paths:
        for found in engine.validate_template(path).diagnostics:
            if found.severity in SERIOUS:
                yield Finding(path, found.rule_id, found.entity.logical_id if found.entity else "", found.message)


def by_checkov(folder):
    command = [HERE / "venv-checkov/bin/checkov", "--directory", folder, "--framework", "cloudformation"]
    command += ["--compact", "--quiet", "--soft-fail", "--output", "json"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if not answer["summary"]["passed"]:
        sys.exit("error: checkov has looked at nothing")
    for found in answer["results"]["failed_checks"]:
        path = str(pathlib.Path(folder, found["file_path"].lstrip("/")))
        resource = found["resource"].split(".")[-1]
        yield Finding(path, found["check_id"], resource, found["check_name"])


def by_nag(paths):
    answer = subprocess.run(["node", "check.mjs", *paths], cwd=HERE / "nag", check=True, capture_output=True, text=True)
    for line in answer.stdout.splitlines():
        found = json.loads(line)
        yield Finding(found["path"], found["rule"], found["resource"], found["message"])


def accepts(entry, finding):
    """True where an entry of accepted.toml is about the finding."""
    app, stage = pathlib.Path(finding.path).parts[-3:-1]
    kind = resources_of(finding.path).get(finding.resource, {}).get("Type")
    return (
        finding.rule in entry["rules"]
        and entry.get("type", kind) == kind
        and fnmatch.fnmatch(finding.resource, entry.get("id", "*"))
        and entry.get("text", "") in finding.message
        and app in entry.get("of", [app])
        and (stage not in PROTECTED or not entry.get("unprotected", False))
    )


def is_accepted_in_code(finding):
    metadata = resources_of(finding.path).get(finding.resource, {}).get("Metadata", {})
    return any(text.startswith(f"{finding.rule}: ") for text in metadata.get("formwork:accepted", []))


def main(folder):
    folder = str(pathlib.Path(folder).resolve())
    paths = sorted(str(path) for path in pathlib.Path(folder).rglob("*.template.json"))
    accepted = tomllib.loads((HERE / "accepted.toml").read_text(encoding="utf-8"))["accepted"]
    findings = {*by_validate(paths), *by_checkov(folder), *by_nag(paths)}
    used, left = set(), []
    for finding in sorted(findings):
        entries = [number for number, entry in enumerate(accepted) if accepts(entry, finding)]
        used.update(entries)
        if not entries and not is_accepted_in_code(finding):
            left.append(finding)
    for finding in left:
        path = pathlib.Path(finding.path).relative_to(folder)
        print(f"{path}: {finding.resource}: {finding.rule}: {finding.message}")
    unused = [entry for number, entry in enumerate(accepted) if number not in used]
    for entry in unused:
        print(f"accepted.toml: nothing is found of {' and '.join(entry['rules'])}: {entry['why']}")
    print(f"{len(paths)} templates, {len(findings)} findings, {len(findings) - len(left)} of them accepted")
    return 1 if left or unused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
