"""Make every fault in its long form, and write what was seen into docs/reference/reliability.md.

``python -m tests.faults [T3 T4 …]`` takes some twenty-five minutes for all of them on two cores; named ones
alone are made anew, and the rows of the others stay as they are.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import reference
from tests.faults.table import HISTORY, read, remember

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run, keep what was told, write the table; gives the exit status of the tests."""
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.jsonl"
        told.touch()
        words = ["--long", f"--faults={told}", "-m", marked(wanted), "tests"]
        command = [sys.executable, "-m", "pytest", *words]
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        lines = [json.loads(line) for line in told.read_text().splitlines()]
    HISTORY.write_text(remember(read(HISTORY.read_text("utf-8")), lines), "utf-8")
    reference.main()
    print("The table stands in docs/reference/reliability.md.")
    return status


def marked(wanted: list[str]) -> str:
    """Say to pytest which tests are meant."""
    return " or ".join(f'fault(number="{number}")' for number in wanted) or "fault or long"


if __name__ == "__main__":
    sys.exit(main())
