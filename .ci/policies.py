"""Holds the policies in reviewed snapshots against parliament: `policies.py FOLDER`.

AWS says itself which actions the handlers of its types ask for, and is ahead of what parliament has been told: actions that it does not know
are accepted in execution roles, and so is `*` for what only reads.
"""

import json
import pathlib
import sys

from parliament import analyze_policy_string

# Actions that are younger than parliament.
YOUNG = {"cloudformation:DescribeEvents", "ecs:ContinueServiceDeployment"}
# What parliament takes for a mistake and is none: issue, and a part of its detail.
ACCEPTED = [
    # Public parameters belong to no account: `arn:aws:ssm:eu-west-1::parameter/aws/service/…`.
    ("RESOURCE_MISMATCH", "ssm:GetParameter"),
    # To tell why a service does not come up, in the account of the role only.
    ("RESOURCE_STAR", "ecs:DescribeTasks"),
    # What certificates and records look up before they know their zone.
    ("RESOURCE_STAR", "route53:GetHostedZone"),
]


def documents(path):
    text = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    for account in json.loads(text)["accounts"]:
        for role in ("deployRole", "executionRole"):
            yield role, account[role]["trust"], True
            for policy in account[role]["policies"]:
                yield role, policy, False


def is_accepted(role, finding):
    if finding.issue in ("UNKNOWN_ACTION", "UNKNOWN_PREFIX"):
        return role == "executionRole" or any(action in finding.detail for action in YOUNG)
    return any(finding.issue == issue and part in str(finding.detail) for issue, part in ACCEPTED)


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.snap"))
    if not paths:
        sys.exit("error: there are no policies to look at")
    bad = looked_at = 0
    for path in paths:
        for role, document, is_trust in documents(path):
            size = len("".join(json.dumps(document, separators=(",", ":")).split()))
            if size > (2048 if is_trust else 6144):
                bad += 1
                print(f"{path.name}: {role}: {size} characters")
            if is_trust:
                continue
            looked_at += 1
            for finding in analyze_policy_string(json.dumps(document)).findings:
                if not is_accepted(role, finding):
                    bad += 1
                    print(f"{path.name}: {role}: {finding.issue}: {finding.detail}")
    if bad:
        sys.exit(f"error: {bad} findings")
    print(f"{looked_at} policies have no findings")


main()
