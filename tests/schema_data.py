"""``python -m tests.schema_data [CHECKOUT]``: a small hall's databases as a version makes them.

The hall lives through the contract alone, so the code of any version can be asked: here, or another checkout.
What it writes, ``tests/data/schema-<versions>/``, is kept for good, and read by every later version.
"""

import itertools
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server import log, upgrading
from server.log import Reader
from tests.hall_process import ROOT, Asker, free_port
from tests.network_hall import HALL

DATA = ROOT / "tests" / "data"
FACTS = "facts.json"
NINE = 1_795_237_200_000_000
MINUTE = 60_000_000


@contextmanager
def a_server(checkout: Path, data: Path) -> Iterator[int]:
    """Run a version's server on a driven clock; gives its port."""
    port = free_port()
    words = [
        "run",
        "--hall",
        str(data / "hall.toml"),
        "--data",
        str(data),
        "--clock",
        "driven",
        "--port",
        str(port),
    ]
    with (data / "server.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "server", *words],
            cwd=checkout,
            env={"PYTHONPATH": str(checkout)},
            stdout=said,
            stderr=said,
        )
    deadline = time.monotonic() + 60
    while True:
        try:
            if Asker(port).ask("GET", "/readyz")[0] == 200:
                break
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((data / "server.log").read_text()) from None
            time.sleep(0.1)
    yield port
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def command_line(checkout: Path, *words: str) -> str:
    """Run a version's ``novbe-server``; gives the last word it says."""
    command = [sys.executable, "-m", "server", *words]
    done = subprocess.run(
        command, cwd=checkout, env={"PYTHONPATH": str(checkout)}, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-1]


def live(port: int, token: str) -> dict[str, Any]:
    """Let some happen of all that the contract has had from the beginning; gives what clients keep."""
    asker, minutes = Asker(port, token), itertools.count()

    def do(verb: str, **fields: Any) -> dict[str, Any]:
        events = asker.done(verb, at=NINE + next(minutes) * MINUTE, **fields)
        return events[-1] if events else {}

    for desk in ("1", "2"):
        do("open_desk", desk=desk)
    issued = [
        do("issue_ticket", service=service) for service in ("passport", "licence", "passport", "passport")
    ]
    issued.append(do("issue_ticket", service="passport", **{"class": "elderly"}))
    do("report_device", device="printer-1", kind="printer", state="fault", detail="No paper: tell Aygün.")
    first = do("call_next", desk="1")
    do("serve", desk="1", ticket=first["ticket"])
    do("complete", desk="1", ticket=first["ticket"], outcome="served")
    second = do("call_next", desk="1")
    do("recall", desk="1", ticket=second["ticket"])
    do("serve", desk="1", ticket=second["ticket"])
    do("transfer", desk="1", ticket=second["ticket"], service="licence", reason="further-step")
    third = do("call_next", desk="2")
    do("serve", desk="2", ticket=third["ticket"])
    do("park", desk="2", ticket=third["ticket"], reason="document-fetch")
    do("cancel", ticket=issued[3]["ticket"], reason="visitor-asked")
    asker.close()
    return {"visit": issued[1]["token"], "ticket": issued[1]["ticket"]}


def make(checkout: Path) -> Path:
    """Make a folder of databases with a version's code, and keep it; gives where."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        (data / "hall.toml").write_text(HALL)
        token = command_line(
            checkout, "token", "--data", name, "--role", "integration", "--name", "everything"
        )
        password = command_line(checkout, "operator", "add", "--data", name, "aygun", "--role", "lead")
        with a_server(checkout, data) as port:
            kept = live(port, token)
        reader = Reader(data / log.FILE)
        seq, _ = reader.end()
        facts = {
            **kept,
            "token": token,
            "password": password,
            "seq": seq,
            "root": (reader.root(seq) or b"").hex(),
        }
        reader.close()
        place = DATA / f"schema-{upgrading.schema(data)}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for file in upgrading.SETS:
            shutil.copyfile(data / file, place / file)
        (place / FACTS).write_text(json.dumps(facts, indent=2) + "\n")
    return place


if __name__ == "__main__":
    print(make(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT))
