"""A proof over the interface: beside the hall's work, one at a time, with the command line's own findings."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server import log
from tests.engines import until
from tests.hall_process import Asker
from tests.network_hall import NetworkHall, running

VERIFY = "/api/v1/verify"


@pytest.fixture(scope="module")
def inspector(hall_server: NetworkHall) -> Asker:
    """Give somebody who may read the log."""
    return hall_server.known("inspector")


def proved(asker: Asker) -> dict[str, Any]:
    """Give the proof once it is over."""
    until(lambda: bool(asker.ask("GET", VERIFY)[1]["state"] != "running"))
    answer: dict[str, Any] = asker.ask("GET", VERIFY)[1]
    return answer


def test_a_proof_goes_on_beside_the_hall(hall_server: NetworkHall, inspector: Asker) -> None:
    """Whoever asks again meanwhile is told of the one that goes on; commands are taken as ever."""
    assert inspector.ask("GET", VERIFY)[1] == {"state": "none"}
    status, begun = inspector.ask("POST", VERIFY)
    assert (status, begun["state"]) == (200, "running")
    system = hall_server.device("integration")
    again = system.ask("POST", VERIFY, {"from": "2020-01-01"})[1]
    assert (again["started_at"], again["from"]) == (begun["started_at"], None)
    system.done("issue_ticket", service="passport")
    told = proved(inspector)
    assert (told["state"], told["found"], told["findings"], told["says"]) == ("sound", 0, [], "")
    assert told["checked"] == told["of"] == told["events"] > 0
    assert told["roots"] > 0
    assert told["milliseconds"] > 0


def test_it_is_for_those_who_may_read_the_log(hall_server: NetworkHall) -> None:
    """An operator, a lead and a stranger are told so."""
    for asker, code in (
        (hall_server.stranger(), "not_signed_in"),
        (hall_server.known("operator"), "not_allowed"),
        (hall_server.known("lead"), "not_allowed"),
    ):
        for method in ("GET", "POST"):
            assert asker.ask(method, VERIFY)[1]["code"] == code


@pytest.mark.parametrize("body", [{"from": "yesterday"}, {"since": "2026-11-27"}])
def test_days_are_days(inspector: Asker, body: dict[str, str]) -> None:
    """Anything else is malformed, with the path."""
    status, told = inspector.ask("POST", VERIFY, body)
    assert (status, told["code"]) == (422, "malformed")
    assert told["path"].startswith("$")


def test_findings_are_told_with_their_seq_for_the_days_asked_for(tmp_path: Path) -> None:
    """What somebody changed while the hall was closed is found, and only those days are told of."""
    with running(tmp_path) as hall:
        system = hall.device("integration")
        number = system.done("issue_ticket", service="passport")[0]["ticket"]
        hall.process.stop()
        with closing(sqlite3.connect(tmp_path / log.FILE)) as db, db:
            changed = db.execute(
                "UPDATE events SET at = at + 1 WHERE type = 'ticket_issued' RETURNING seq, day"
            )
            ((seq, day),) = changed.fetchall()
        hall.process.start()
        inspector = hall.known("inspector")
        inspector.ask("POST", VERIFY)
        told = proved(inspector)
        assert (told["state"], told["found"]) == ("findings", 1)
        (finding,) = told["findings"]
        assert (finding["seq"], "column at" in finding["sentence"]) == (seq, True)
        inspector.ask("POST", VERIFY, {"to": "2020-01-01"})
        assert proved(inspector)["state"] == "sound"
        inspector.ask("POST", VERIFY, {"from": day, "to": day})
        assert proved(inspector)["findings"] == told["findings"]
        assert number
