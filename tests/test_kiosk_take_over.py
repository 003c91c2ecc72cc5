"""A kiosk issues alone while its server is killed and the standby takes over; and people go on signed in."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.hall import read_hall
from kiosk.own_series import OwnSeries
from protocol.link import Link, Snapshot
from server.domain.handing_in import HEARD_WITHIN
from tests.hall_process import Asker, new_id
from tests.pair import Pair, is_same, until
from tests.test_kiosk_own_series import Kiosk

pytestmark = pytest.mark.slow

SIGNED_AFTER = 110
"""Tickets in one go: more events than a head waits for."""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Run a hall and its standby."""
    made = Pair(tmp_path)
    made.start_second()
    yield made
    made.stop()


def until_signed(asker: Asker) -> None:
    """Let so much happen that a head is signed."""
    many = [{"type": "issue_ticket", "id": new_id(), "service": "licence"} for _ in range(SIGNED_AFTER)]
    assert asker.ask("POST", "/api/v1/commands", many)[0] == 200


def of_type(asker: Asker, kind: str) -> list[dict[str, Any]]:
    """Read the events of a type from the log."""
    log = asker.ask("GET", "/api/v1/events?since=0&limit=5000")[1]["events"]
    return [event for event in log if event["type"] == kind]


def a_kiosk(pair: Pair, folder: Path) -> tuple[Kiosk, Link]:
    """Let a kiosk that knows both addresses come in."""
    kiosk, token = Kiosk(folder), pair.first.token("kiosk", "entrance")
    link = Link(pair.addresses, token, kiosk.counter.hear)
    own = OwnSeries(lambda: folder, link.send, kiosk.told.append)
    kiosk.own, kiosk.counter.own, kiosk.counter.link = own, own, link
    link.start()
    until(lambda: own.is_ready)
    until(lambda: pair.second.get("/api/v1/snapshot", token)[0] == 200)
    return kiosk, link


def issue_alone(kiosk: Kiosk) -> str:
    """Touch a service, the server away."""
    told = next(message for message in reversed(kiosk.shown) if isinstance(message, Snapshot))
    return str(kiosk.own.issue(read_hall(told.data), "passport", "none", "en", 1)["ticket"])


@pytest.mark.fault(number="T22")
def test_a_take_over_with_a_kiosk_alone_and_a_key_drawn_anew(pair: Pair, tmp_path: Path) -> None:
    """Each slip counts once, from when it came; heads from before and after, and receipts, prove one log."""
    early = pair.asker.done("issue_ticket", service="passport")[0]
    until_signed(pair.asker)
    assert pair.first.command_line("key", "--renew").returncode == 0
    pair.first.stop()
    pair.first.start()
    until(lambda: pair.state() == "ok")
    kiosk, link = a_kiosk(pair, tmp_path / "journal")
    until_signed(pair.asker)
    kept = pair.asker.ask("GET", "/api/v1/heads")[1]
    until(lambda: is_same(pair))
    until(lambda: pair.second.get("/api/v1/heads")[1] == kept)
    last = of_type(pair.asker, "ticket_issued")[-1]["at"]

    pair.first.kill()
    until(lambda: not kiosk.own._is_up)
    alone = [issue_alone(kiosk), issue_alone(kiosk)]
    assert alone == ["A-K1-01", "A-K1-02"]
    pair.promote()
    second = pair.second.asker(pair.all)
    until(lambda: any(event["ticket"] == alone[1] for event in of_type(second, "ticket_issued")))
    assert pair.issue(second) == "A022"
    until_signed(second)
    link.close()
    kiosk.own.close()

    tickets = of_type(second, "ticket_issued")
    assert max(Counter(event["ticket"] for event in tickets).values()) == 1
    handed_in = [event for event in tickets if "offline" in event]
    assert [event["ticket"] for event in handed_in] == alone
    assert all(event["arrived_at"] == event["offline"]["at"] for event in handed_in)
    lost = of_type(second, "kiosk_lost")[0]
    assert lost["seq"] == of_type(second, "epoch_begun")[0]["seq"] + 1
    assert last - HEARD_WITHIN <= lost["since"] <= last
    epoch = pair.second.get("/readyz")[1]["epoch"]
    assert of_type(second, "head_signed")[-1]["epoch"] == epoch != kept["heads"][-1]["epoch"]
    before, after = of_type(second, "key_announced")
    assert after["replaces"] == before["key"], "the standby signs by the key that was drawn meanwhile"
    (tmp_path / "heads.json").write_text(json.dumps(kept))
    checked = pair.second.command_line("verify", "--heads", str(tmp_path / "heads.json"))
    assert checked.returncode == 0, checked.stdout
    status, receipt = second.ask("GET", f"/api/v1/visits/{early['token']}/receipt")
    assert (status, receipt["seq"]) == (200, early["seq"])
    assert receipt["head"]["epoch"] == epoch


def test_nobody_signs_in_at_a_standby_and_everybody_is_signed_in_after_it_took_over(pair: Pair) -> None:
    """A session begun there would be overwritten by the next copy; one begun at the hall goes on."""
    made = pair.first.command_line("operator", "add", "aygun", "--role", "manager")
    said = {"name": "aygun", "password": made.stdout.split()[-1]}
    manager = pair.first.asker()
    assert manager.ask("POST", "/api/v1/session", said)[0] == 200
    there = pair.second.asker(cookie=manager.cookie)
    until(lambda: there.ask("GET", "/api/v1/session")[0] == 200)
    stranger = pair.second.asker()
    for method, path in (
        ("POST", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("GET", "/enter/some-code"),
        ("GET", "/oidc/begin"),
        ("GET", "/oidc/back?state=x"),
    ):
        status, problem = stranger.ask(method, path, said if method == "POST" else None)
        assert (status, problem["code"]) == (503, "stands_by"), path
    assert not stranger.cookie
    pair.first.kill()
    pair.promote()
    assert there.ask("GET", "/api/v1/session")[1]["name"] == "aygun"
    assert stranger.ask("POST", "/api/v1/session", said)[0] == 200
