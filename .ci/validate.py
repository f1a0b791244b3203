"""Runs cloudformation-validate over templates: prints every finding from a warning upwards, and fails if there is one."""

import sys

from cloudformation_validate import CompositeEngine, Severity

SERIOUS = {Severity.WARN, Severity.ERROR, Severity.FATAL}


def main(paths):
    engine = CompositeEngine()
    findings = 0
    for path in paths:
        for finding in engine.validate_template(path).diagnostics:
            if finding.severity in SERIOUS:
                findings += 1
                print(f"{path}: {finding.severity.name.lower()} {finding.rule_id}: {finding.message}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
