"""Writes the templates of the constructs' snapshots into a folder: CONSTRUCT/STAGE/STACK.template.json."""

import pathlib
import re
import sys

HEAD = re.compile(r"^# (?P<id>\S+) \(\w+-(?P<stage>\w+)-\S+\)\n", re.MULTILINE)


def main(out):
    for snapshot in sorted(pathlib.Path("snapshots/constructs").glob("*.snap")):
        # What stands between the heads; the files of a site have another head, and end the template before them.
        _, *parts = HEAD.split(snapshot.read_text(encoding="utf-8"))
        for stack, stage, text in zip(parts[0::3], parts[1::3], parts[2::3]):
            file = pathlib.Path(out, snapshot.stem, stage, f"{stack.replace('/', '-')}.template.json")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(re.split(r"^# ", text, flags=re.MULTILINE)[0], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
