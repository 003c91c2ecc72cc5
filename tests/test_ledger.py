"""The ledger: each lever that moves the order stands on it, with who used it; what moves nothing does not."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from protocol import commands as c
from protocol.hall import Policy
from protocol.words import HOUR
from server.telling import explained, read_ledger
from tests import browser
from tests.browser import Hall, fits, violations
from tests.builders import GREETER, ID, INTEGRATION, MANAGER, NINE, Played, a_hall, play
from tests.engines import on_disk

chromium, hall, page = browser.chromium, browser.hall, browser.page


def ledger_of(hall: Played, day: str = "2026-11-21") -> dict[str, Any]:
    """Give the ledger of a day, from a log on the disk that holds all that a hall lived through."""
    with on_disk(hall.log) as reader:
        return read_ledger(reader, hall.state.hall, day)


def jump(hall: Played) -> None:
    """The second is called before the first."""
    hall.issue()
    hall.issue()
    hall.do(c.CallTicket(id=ID, desk="1", ticket="A002", reason="emergency"))


def come_back(hall: Played) -> None:
    """A visitor fetches something and is called again."""
    number = hall.issue()
    hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="other"))
    hall.wait(9)
    hall.do(c.CallTicket(id=ID, desk="1", ticket=number, reason=""))


def prove(hall: Played) -> None:
    """A greeter gives precedence."""
    hall.do(c.SetClass(id=ID, ticket=hall.issue(), class_="elderly", reason="other"), GREETER)


def give(hall: Played) -> None:
    """A greeter gives a ticket."""
    hall.do(c.IssueTicket(id=ID, service="passport", class_="veteran"), GREETER)


def send_on_at_once(hall: Played) -> None:
    """A desk sends on whom it only called."""
    number = hall.issue()
    hall.call()
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="land", reason="other"))


def send_who_waits(hall: Played) -> None:
    """A greeter sends on who waits, who then has the credit of a further leg."""
    hall.do(c.Transfer(id=ID, ticket=hall.issue(), service="land", reason="other"), GREETER)


def send_on(hall: Played) -> None:
    """A desk sends a visitor on at once."""
    number = hall.issue()
    hall.serve()
    hall.wait(1)
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="land", reason="other"))


def add_a_leg(hall: Played) -> None:
    """A desk plans a further service for whom it has hardly begun to serve."""
    number = hall.issue()
    hall.serve()
    hall.wait(1)
    hall.do(c.AddLeg(id=ID, desk="1", ticket=number, service="land"))


def put_back(hall: Played) -> None:
    """A desk puts back whom it called just now."""
    number = hall.issue()
    hall.call()
    hall.wait(0.4)
    hall.do(c.Requeue(id=ID, desk="1", ticket=number, reason="other"))


def take_back(hall: Played) -> None:
    """The end of a service is taken back."""
    number = hall.finish() if hall.issue() else ""
    hall.do(c.Reinstate(id=ID, desk="1", ticket=number, reason="other"))


def assign(hall: Played) -> None:
    """A manager changes what a desk serves, for two calls."""
    hall.do(c.AssignDesk(id=ID, desk="1", queues=["B"]), MANAGER)
    for _ in range(2):
        hall.issue("land")
        hall.finish()
    hall.do(c.AssignDesk(id=ID, desk="1", queues=["A"]), MANAGER)
    hall.issue()
    hall.finish()


@pytest.mark.parametrize(
    ("lever", "told"),
    [
        pytest.param(
            jump,
            {"kind": "jump", "ticket": "A002", "passed_over": ["A001"], "reason": "emergency"},
            id="jump",
        ),
        pytest.param(come_back, {"kind": "parked_return", "ticket": "A001", "desk": "1"}, id="a return"),
        pytest.param(prove, {"kind": "class_set", "reason": "other"}, id="a class"),
        pytest.param(give, {"kind": "staff_issue", "ticket": "A001"}, id="a ticket by staff"),
        pytest.param(send_on, {"kind": "leg_added", "service": "land"}, id="a leg"),
        pytest.param(send_on_at_once, {"kind": "leg_added", "desk": "1"}, id="a leg without any service"),
        pytest.param(send_who_waits, {"kind": "leg_added", "ticket": "A001"}, id="a leg of who waits"),
        pytest.param(
            add_a_leg, {"kind": "leg_added", "service": "land", "planned": True}, id="a leg planned"
        ),
        pytest.param(put_back, {"kind": "quick_requeue", "ticket": "A001"}, id="put back"),
        pytest.param(take_back, {"kind": "correction", "ticket": "A001"}, id="a correction"),
        pytest.param(assign, {"kind": "desk_queues", "queues": ["B"], "calls": 2}, id="a desk's queues"),
    ],
)
def test_each_lever_stands_on_it(lever: Callable[[Played], None], told: dict[str, Any]) -> None:
    """With its actor, once; and it is counted for the actor."""
    hall = play()
    before = ledger_of(hall)["entries"]
    assert [entry["kind"] for entry in before] == ["configuration"]
    lever(hall)
    found = ledger_of(hall)
    entry = found["entries"][1]
    assert "class" not in entry
    assert entry.items() >= told.items()
    assert entry["at"] > 0
    (event,) = [event for event in hall.log if event.seq == entry["seq"]]
    assert entry["actor"] == {"id": event.actor.id, "kind": event.actor.kind, "role": event.actor.role}
    (actor,) = [actor for actor in found["actors"] if actor["id"] == event.actor.id]
    assert actor["counts"][told["kind"]] >= 1


def test_a_pause_is_told_also_of_a_later_service() -> None:
    """The end of the first leg is not that of the visit."""
    hall = play(desks=("1", "3"))
    hall.do(c.IssueTicket(id=ID, service="passport", route=["land"]))
    hall.finish()
    hall.wait(1)
    hall.do(c.PauseHall(id=ID, kind="break"))
    hall.wait(5)
    hall.do(c.ResumeHall(id=ID))
    hall.finish("3")
    with on_disk(hall.log) as reader:
        said = [str(told) for told in explained(reader, "A001", "2026-11-21")]
    assert any("5 of them while nobody was called" in sentence for sentence in said)


def test_what_moves_nothing_does_not() -> None:
    """Ordinary turns, a visitor put back after a while, one sent on after the service."""
    hall = play()
    hall.issue()
    hall.issue()
    hall.finish()
    number = hall.serve()
    hall.wait(5)
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="land", reason="other"))
    hall.issue()
    number = hall.serve()
    hall.wait(5)
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="other"))
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="land", reason="other"))
    number = hall.issue()
    hall.call()
    hall.wait(2)
    hall.do(c.Requeue(id=ID, desk="1", ticket=number, reason="other"))
    assert [entry["kind"] for entry in ledger_of(hall)["entries"]] == ["configuration"]


def test_nobody_reads_whose_precedence_was_changed() -> None:
    """A number at a desk would tell the hall what its holder is."""
    hall = play()
    prove(hall)
    (entry,) = ledger_of(hall)["entries"][1:]
    assert entry.keys() == {"seq", "at", "kind", "actor", "reason"}


def test_who_was_parked_and_put_back_is_no_return() -> None:
    """It waits as everybody does, and is called in its turn."""
    hall = play()
    number = hall.issue()
    hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="other"))
    hall.wait(2)
    hall.do(c.Requeue(id=ID, desk="1", ticket=number, reason="other"))
    hall.wait(9)
    assert hall.call().ticket == number
    assert [entry["kind"] for entry in ledger_of(hall)["entries"]] == ["configuration"]


def test_a_return_stands_on_the_day_of_the_call() -> None:
    """Parked before the hall's day changed and called after it: on the day that goes on."""
    hall = play(at=NINE + 17 * HOUR)
    hall.issue()
    number = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="other"))
    hall.wait(120)
    assert [entry["kind"] for entry in ledger_of(hall)["entries"]] == ["configuration"]
    hall.do(c.CallTicket(id=ID, desk="1", ticket=number, day="2026-11-21", reason=""))
    assert [entry["kind"] for entry in ledger_of(hall)["entries"]] == ["configuration"]
    assert [entry["kind"] for entry in ledger_of(hall, "2026-11-22")["entries"]] == ["parked_return"]


def test_a_jump_says_who_stood_for_it() -> None:
    """Within the quota, confirmed beforehand or afterwards, on the same day or the next, or by nobody."""
    hall = play(a_hall(policy=Policy(jumps_per_day=1)))
    for _ in range(5):
        hall.issue()
    jumps = []
    for number in ("A005", "A004", "A003", "A002"):
        if number == "A002":
            hall.do(c.ConfirmJump(id=ID, ticket=number), MANAGER)
        hall.do(c.CallTicket(id=ID, desk="1", ticket=number, reason="emergency"))
        jumps.append(hall.state.seq)
        hall.do(c.Serve(id=ID, desk="1", ticket=number))
        hall.do(c.Complete(id=ID, desk="1", ticket=number, outcome="served"))
    hall.wait(20 * 60)
    hall.do(c.ConfirmJump(id=ID, seq=jumps[1]), MANAGER)
    told = {entry["seq"]: entry for entry in ledger_of(hall)["entries"] if entry["kind"] == "jump"}
    assert [told[seq]["standing"] for seq in jumps] == [
        *("within_quota", "confirmed", "unconfirmed", "confirmed")
    ]
    by = [(told[seq].get("confirmed_by"), told[seq].get("confirmed_at")) for seq in jumps]
    assert by == [(None, None), (MANAGER.id, hall.at), (None, None), (MANAGER.id, None)]
    assert told[jumps[2]]["until_day"] == "2026-11-22"


def test_those_with_most_jumps_stand_first() -> None:
    """A reader sees at once who does it."""
    hall = play(a_hall(), desks=("1", "2"))
    for _ in range(3):
        hall.do(c.IssueTicket(id=ID, service="passport"), MANAGER)
    hall.do(c.CallTicket(id=ID, desk="1", ticket="A003", reason="emergency"))
    assert [actor["id"] for actor in ledger_of(hall)["actors"]][:2] == [INTEGRATION.id, MANAGER.id]


@pytest.fixture(scope="module")
def moved(hall: Hall) -> list[str]:
    """Jump once, and change a desk's queues; gives the tickets, the one called last."""
    system = hall.integration
    system.done("open_desk", desk="1")
    tickets = [hall.issue("passport")["ticket"] for _ in range(2)]
    system.done("call_ticket", desk="1", ticket=tickets[1], reason="emergency")
    system.done("assign_desk", desk="2", queues=["A", "B"])
    system.close()
    return tickets


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_anybody_reads_it_in_a_browser(page: Page, hall: Hall, moved: list[str], language: str) -> None:
    """Past whom and why, by whom how often; whole on a phone, with nothing that keeps people out."""
    page.goto(f"{hall.url}/ledger?lang={language}")
    row = page.locator("tr.jump")
    expect(row).to_contain_text(moved[0])
    expect(row).to_contain_text(moved[1])
    expect(page.locator("tr.desk_queues")).to_have_count(1)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert fits(page)


def test_a_jump_is_told_in_words(page: Page, hall: Hall, moved: list[str]) -> None:
    """With the legal ground that the hall gives for it."""
    page.goto(f"{hall.url}/ledger?lang=en")
    row = page.locator("tr.jump")
    expect(row).to_contain_text(f"{moved[1]} was called to desk 1 past 1 visitor: {moved[0]}")
    expect(row).to_contain_text("Life, health or safety is at risk.")
    expect(row).to_contain_text("Within the day's quota")
    expect(page.get_by_text("Called past others")).to_be_visible()


@pytest.mark.usefixtures("moved")
def test_a_day_without_entries_says_so(page: Page, hall: Hall) -> None:
    """And one that is no day is refused with a sentence."""
    page.goto(f"{hall.url}/ledger?lang=en&day=2020-01-01")
    expect(page.locator("main .good")).to_have_text("Nobody moved the order this day.")
    status, told = hall.process.asker().ask("GET", "/api/v1/ledger?day=yesterday")
    assert (status, told["code"], told["path"]) == (422, "malformed", "$.day")


def test_who_asks_for_all_days_is_slowed_down(hall: Hall) -> None:
    """Looking through a day costs the hall something. Last here: the address is refused for a minute."""
    asker = hall.process.asker()
    codes = {asker.ask("GET", f"/api/v1/ledger?day=20{n:02}-01-01")[0] for n in range(61)}
    assert codes == {200, 429}
    asker.close()
