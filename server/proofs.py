"""The calls that have the log proved while the hall works: one proof at a time, in a process of its own.

The process is ``novbe-server verify`` itself. Beside the sockets it would hold the interpreter for minutes;
and it is the one who yields, since visitors wait for the hall and nobody waits for a proof.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import gevent  # type: ignore[import-untyped]
import msgspec
from flask import request

from protocol.words import Day, Micros
from server.bodies import Body, said
from server.engine import Engine
from server.threads import Threads

ROOT = Path(__file__).resolve().parent.parent
MOST_FINDINGS = 1000
"""More are counted and not told: who finds so many looks at the log itself."""
LESS_URGENT = 10
"""How nice the process is."""


class Asked(Body):
    """From which day to which the findings are to be told; all of the log is walked in any case."""

    first: Day | None = msgspec.field(name="from", default=None)
    last: Day | None = msgspec.field(name="to", default=None)


class Proof(msgspec.Struct, kw_only=True):
    """A proof as it stands; ``state`` is running, sound, findings or failed."""

    state: str = "running"
    first: str | None = msgspec.field(name="from")
    last: str | None = msgspec.field(name="to")
    started_at: Micros
    checked: int = 0
    of: int = 0
    events: int = 0
    tickets: int = 0
    calls: int = 0
    roots: int = 0
    heads: int = 0
    milliseconds: int = 0
    found: int = 0
    findings: list[dict[str, Any]] = []
    notes: list[str] = []
    says: str = ""


class Proofs:
    """Begins a proof, and tells how far it is and what it found."""

    def __init__(self, engine: Engine) -> None:
        """Prove the log of this hall when somebody asks."""
        self._engine = engine
        self._thread = Threads(1)
        self._proof: Proof | None = None

    def begin(self) -> dict[str, Any]:
        """Begin a proof, or tell the one that goes on already, whoever asked for it."""
        asked = said(Asked) if request.content_length else Asked()
        if self._proof is None or self._proof.state != "running":
            self._proof = Proof(first=asked.first, last=asked.last, started_at=self._engine.now())
            gevent.spawn(self._thread.run, self._prove, self._proof)
        return self._told()

    def told(self) -> dict[str, Any]:
        """Tell the last proof of this server's run; its state is ``none`` before the first."""
        return self._told()

    def _told(self) -> dict[str, Any]:
        return msgspec.to_builtins(self._proof) if self._proof else {"state": "none"}

    def _prove(self, proof: Proof) -> None:
        """Run the process to its end, and take down what it says; in a thread."""
        try:
            self._run(proof)
        except OSError as error:
            proof.says = str(error)
        if proof.state == "running":
            proof.state = "failed"

    def _run(self, proof: Proof) -> None:
        with subprocess.Popen(  # noqa: S603 - our own program
            _command(self._engine.folder, proof),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            # A server that ends takes its end of the pipe along, and the process ends at its next word.
            for line in process.stdout or ():
                _take_down(proof, line)


def _command(folder: Path, proof: Proof) -> list[str]:
    days = [f"--from={proof.first}"] if proof.first else []
    days += [f"--to={proof.last}"] if proof.last else []
    verify = [sys.executable, "-m", "server", "verify", "--data", str(folder), "--json", *days]
    return ["nice", f"-n{LESS_URGENT}", *verify]


def _take_down(proof: Proof, line: str) -> None:
    """Take a step, the result, or what an unexpected end says for itself."""
    try:
        told = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        proof.says = line.strip()
        return
    findings = told.pop("findings", None)
    for name, value in told.items():
        setattr(proof, name, value)
    if findings is not None:
        proof.found, proof.findings = len(findings), findings[:MOST_FINDINGS]
        proof.checked = proof.of
        proof.state = "findings" if findings else "sound"
