"""Holds templates against cloudformation-validate, checkov and cdk-nag: `lint.py FOLDER` with templates at …/APP/STAGE/STACK.template.json.

A finding fails, unless it is accepted: at the resource, as `formwork:accepted` in its metadata with a text `RULE: why`, or in accepted.toml for
all of a kind. What is accepted there and found nowhere fails too, so that the list stays as short as it can be.

A wildcard in a policy of a role is one finding for each action that it is allowed for, so that no other action is accepted with it.
"""

import dataclasses
import fnmatch
import functools
import json
import pathlib
import re
import subprocess
import sys
import tomllib

from cloudformation_validate import CompositeEngine, Severity

HERE = pathlib.Path(__file__).parent
SERIOUS = {Severity.WARN, Severity.ERROR, Severity.FATAL}
PROTECTED = {"prod", "production"}
WILDCARDS = "AwsSolutions-IAM5"


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
        path, rule, resource, message = (found[key] for key in ("path", "rule", "resource", "message"))
        is_wide = rule == WILDCARDS and "[Resource::" in message
        for message in wildcards(path, resource) if is_wide else [message]:
            yield Finding(path, rule, resource, message)


def wildcards(path, resource):
    """What a role is allowed with a wildcard: "`ACTION` on `RESOURCE`"."""
    properties = resources_of(path)[resource]["Properties"]
    documents = [properties.get("PolicyDocument", {}), *(one["PolicyDocument"] for one in properties.get("Policies", []))]
    for statement in (one for document in documents for one in document.get("Statement", [])):
        for resource in map(plain, each(statement["Resource"])):
            if statement["Effect"] == "Allow" and "*" in resource:
                yield from (f"`{action}` on `{resource}`" for action in each(statement["Action"]))


def each(value):
    return value if isinstance(value, list) else [value]


def plain(value):
    """The text of an ARN, with placeholders for what is known later only."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [*path]}:
            return f"${{{'.'.join(path)}}}"
        case {"Fn::Sub": [text, variables]}:
            known = {name: plain(variable) for name, variable in variables.items()}
            return re.sub(r"\$\{([^}]*)}", lambda found: known.get(found[1], found[0]), text)
        case {"Fn::Sub": text}:
            return text
        case {"Fn::Join": [between, parts]}:
            return between.join(map(plain, parts))
        case str():
            return value
    return json.dumps(value)


def accepts(entry, finding):
    """True where an entry of accepted.toml is about the finding."""
    app, stage = pathlib.Path(finding.path).parts[-3:-1]
    kind = resources_of(finding.path).get(finding.resource, {}).get("Type")
    return (
        finding.rule in entry["rules"]
        and entry.get("type", kind) == kind
        and any(fnmatch.fnmatch(finding.resource, id) for id in each(entry.get("id", "*")))
        and any(text in finding.message for text in each(entry.get("text", "")))
        and any(text.startswith(entry.get("because", "")) for text in ["", *reasons(finding)])
        and app in entry.get("of", [app])
        and (stage not in PROTECTED or not entry.get("unprotected", False))
    )


def is_accepted_in_code(finding):
    return any(text.startswith(f"{finding.rule}: ") for text in reasons(finding))


def reasons(finding):
    """What the code of the app says about the resource: "WHAT: why"."""
    metadata = resources_of(finding.path).get(finding.resource, {}).get("Metadata", {})
    return metadata.get("formwork:accepted", [])


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
