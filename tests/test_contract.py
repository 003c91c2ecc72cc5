"""The contract as another program meets it: a real server on a driven clock, asked over HTTP alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hall_process import HallProcess, new_id

HALL = """
[hall]
id = "contract"
names = { en = "Contract" }
time_zone = "Asia/Baku"
languages = ["en", "az"]
round_the_clock = true
[[service]]
id = "passport"
names = { en = "Passport" }
queue = "A"
[[service]]
id = "licence"
names = { en = "Licence" }
queue = "B"
[[queue]]
id = "A"
prefix = "A"
[[queue]]
id = "B"
prefix = "B"
[[class]]
id = "elderly"
names = { en = "Elderly" }
credit_minutes = 60
[[class]]
id = "veteran"
names = { en = "Veteran" }
strict = true
prefix = "V"
[[desk]]
number = "1"
queues = ["A"]
[[desk]]
number = "2"
queues = ["A", "B"]
specialties = { "ru" = 10 }
[[outcome]]
id = "served"
names = { en = "Served" }
[[outcome]]
id = "other-office"
names = { en = "Belongs elsewhere" }
[[reason]]
id = "emergency"
names = { en = "Emergency" }
verbs = ["call_ticket"]
"""

MINUTE = 60_000_000
NINE = 1_795_237_200_000_000  # 2026-11-21 09:00 in Baku


class DrivenHall:
    """A hall whose time the test moves: ``minute`` counts from nine in the morning."""

    def __init__(self, process: HallProcess, token: str) -> None:
        """Hold the one integration that may tell the time."""
        self.process, self.minute = process, 0.0
        self.all = process.asker(token)

    @property
    def at(self) -> int:
        """Hall time in microseconds."""
        return NINE + int(self.minute * MINUTE)

    def do(self, type: str, **fields: Any) -> dict[str, Any]:  # noqa: A002 - the contract's own word
        """Send a command at this minute; gives its last event."""
        events = self.all.done(type, at=self.at, **fields)
        return events[-1] if events else {}

    def refused(self, type: str, **fields: Any) -> str:  # noqa: A002 - the contract's own word
        """Send a command at this minute that is refused; gives its code."""
        return self.all.refused(type, at=self.at, **fields)

    def issue(self, minute: float, service: str = "passport", **fields: Any) -> str:
        """Issue a ticket at a minute; gives its number."""
        self.minute = minute
        return str(self.do("issue_ticket", service=service, **fields)["ticket"])

    def log(self) -> list[dict[str, Any]]:
        """Read the whole log."""
        status, answer = self.all.ask("GET", "/api/v1/events?since=0&limit=5000")
        assert status == 200
        events: list[dict[str, Any]] = answer["events"]
        return events


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Make a data folder with the integration's token, once; each hall begins with a copy."""
    folder = tmp_path_factory.mktemp("furnished")
    (folder / "hall.toml").write_text(HALL)
    return folder, HallProcess(folder, folder / "hall.toml").token("integration", "test")


@pytest.fixture
def hall(tmp_path: Path, furnished: tuple[Path, str]) -> Iterator[DrivenHall]:
    """Run a hall of two queues and two open desks, at nine o'clock."""
    data, token = tmp_path / "data", furnished[1]
    shutil.copytree(furnished[0], data)
    process = HallProcess(data, data / "hall.toml", clock="driven").start()
    driven = DrivenHall(process, token)
    driven.do("open_desk", desk="1")
    driven.do("open_desk", desk="2")
    yield driven
    process.stop()


def test_first_come_first_called(hall: DrivenHall) -> None:
    """And the call tells its key, its heads and that nobody was overtaken."""
    first, second = hall.issue(0), hall.issue(1)
    assert (first, second) == ("A001", "A002")
    hall.minute = 2
    called = hall.do("call_next", desk="1")
    assert called["type"] == "ticket_called"
    assert called["ticket"] == first
    assert called["key"] == NINE
    assert called["heads"] == [{"ticket": first, "key": NINE, "turn": NINE}]
    assert called["overtaken"] == 0
    assert called["jumped"] == []
    assert hall.refused("call_next", desk="1") == "desk_busy"


def test_an_issue_tells_place_and_range_and_a_token_to_its_issuer_alone(hall: DrivenHall) -> None:
    """The log never holds the token."""
    hall.minute = 0
    events = hall.all.done("issue_ticket", service="passport", at=hall.at)
    issued = events[-1]
    assert issued["ahead"] == 0
    low, middle, high = issued["expected_wait_seconds"]
    assert 0 <= low <= middle <= high
    assert issued["token"].startswith("261121-A001-")
    assert "token" not in next(event for event in hall.log() if event["type"] == "ticket_issued")
    status, visit = hall.process.asker().ask("GET", f"/api/v1/visits/{issued['token']}")
    assert status == 200
    assert visit["ticket"] == "A001"
    assert (
        hall.process.get(f"/api/v1/visits/{issued['token'][:-1]}0")[0] in (404, 401)
        or issued["token"][-1] == "0"
    )


def test_a_credit_counts_for_as_much_as_it_says(hall: DrivenHall) -> None:
    """An elderly visitor of 09:59 goes before one of 09:00, one of 10:01 does not; strict goes at once."""
    first = hall.issue(0)
    earlier = hall.issue(59, **{"class": "elderly"})
    assert hall.do("call_next", desk="1")["ticket"] == earlier
    hall.issue(61, **{"class": "elderly"})
    assert hall.do("call_next", desk="2")["ticket"] == first
    assert hall.issue(62, **{"class": "veteran"}) == "V001"
    for desk in ("1", "2"):
        ticket = earlier if desk == "1" else first
        hall.do("serve", desk=desk, ticket=ticket)
    called = hall.do("complete", desk="1", ticket=earlier, outcome="served", call_next=True)
    assert called["ticket"] == "V001"


def test_the_life_of_a_leg(hall: DrivenHall) -> None:
    """Call, recall, serve, complete; each verb is refused where the table does not have it."""
    ticket = hall.issue(0)
    assert hall.refused("serve", desk="1", ticket=ticket) == "wrong_state"
    hall.do("call_next", desk="1")
    assert hall.refused("no_show", desk="1", ticket=ticket) == "too_soon"
    assert hall.do("recall", desk="1", ticket=ticket)["type"] == "ticket_recalled"
    hall.minute += 1
    assert hall.refused("no_show", desk="1", ticket=ticket) == "too_soon"
    hall.minute += 0.6
    assert hall.do("no_show", desk="1", ticket=ticket)["type"] == "ticket_no_show"
    back = hall.do("reinstate", desk="1", ticket=ticket, reason="mistake")
    assert back["type"] == "ticket_reinstated"
    assert hall.do("serve", desk="1", ticket=ticket)["type"] == "service_started"
    assert hall.refused("complete", desk="1", ticket=ticket, outcome="nonsense") == "unknown_outcome"
    assert hall.do("complete", desk="1", ticket=ticket, outcome="other-office")["outcome"] == "other-office"
    assert hall.refused("call_next", desk="1") == "nobody_waiting"


def test_a_completion_stands_when_nobody_waits(hall: DrivenHall) -> None:
    """``call_next`` at the end of a queue ends the leg and calls nobody."""
    ticket = hall.issue(0)
    hall.do("call_next", desk="1")
    hall.do("serve", desk="1", ticket=ticket)
    assert (
        hall.do("complete", desk="1", ticket=ticket, outcome="served", call_next=True)["type"]
        == "leg_completed"
    )


def test_a_requeued_visitor_is_no_head_for_a_while(hall: DrivenHall) -> None:
    """An absent visitor isn't called by every free desk in turn, and waits from now."""
    absent, other = hall.issue(0), hall.issue(1)
    hall.do("call_next", desk="1")
    hall.do("requeue", desk="1", ticket=absent, reason="absent")
    assert hall.do("call_next", desk="1")["ticket"] == other
    assert hall.refused("call_next", desk="2") == "nobody_waiting"
    hall.minute += 5.1
    called = hall.do("call_next", desk="2")
    assert called["ticket"] == absent
    assert called["key"] == NINE + MINUTE


def test_a_parked_visitor_returns_without_a_jump(hall: DrivenHall) -> None:
    """Calling a parked ticket is no jump, though others wait with smaller keys."""
    first = hall.issue(0)
    hall.issue(1)
    hall.do("call_next", desk="1")
    hall.do("serve", desk="1", ticket=first)
    hall.do("park", desk="1", ticket=first, reason="document-fetch")
    called = hall.do("call_ticket", desk="1", ticket=first, reason="parked-returned")
    assert called["ticket"] == first
    assert called["jumped"] == []


def test_a_jump_needs_a_right_and_a_reason_and_leaves_a_mark(hall: DrivenHall) -> None:
    """The event lists who was passed over."""
    first, second, third = hall.issue(0), hall.issue(1), hall.issue(2)
    assert hall.refused("call_ticket", desk="1", ticket=third, reason="friend") == "unknown_reason"
    called = hall.do("call_ticket", desk="1", ticket=third, reason="emergency")
    assert called["jumped"] == [first, second]
    assert called["overtaken"] == 2
    assert called["reason"] == "emergency"


def test_transfers_go_to_a_service_a_desk_or_a_specialty(hall: DrivenHall) -> None:
    """The number stays; only who is asked may call; a further leg has its credit."""
    ticket = hall.issue(0)
    hall.do("call_next", desk="1")
    hall.do("serve", desk="1", ticket=ticket)
    hall.do("transfer", desk="1", ticket=ticket, to_specialty="ru", reason="further-step")
    assert hall.refused("call_next", desk="1") == "nobody_waiting"
    called = hall.do("call_next", desk="2")
    assert called["ticket"] == ticket
    key = NINE - 30 * MINUTE
    assert called["heads"] == [{"ticket": ticket, "key": key, "turn": key - 10 * MINUTE}]
    hall.do("transfer", desk="2", ticket=ticket, service="licence", reason="further-step")
    assert hall.refused("call_next", desk="1") == "nobody_waiting"
    assert hall.do("call_next", desk="2")["queue"] == "B"
    hall.do("transfer", desk="2", ticket=ticket, to_desk="1", reason="further-step")
    assert hall.refused("call_next", desk="2") == "nobody_waiting"
    assert hall.do("call_next", desk="1")["ticket"] == ticket


def test_the_same_id_never_acts_twice(hall: DrivenHall) -> None:
    """A retry gets the same answer to the token; another command with the id is refused."""
    hall.minute = 0
    command = {"id": new_id(), "service": "passport", "at": hall.at}
    first, again = hall.all.done("issue_ticket", **command), hall.all.done("issue_ticket", **command)
    assert first == again
    assert hall.all.refused("call_next", id=command["id"], desk="1") == "id_reused"
    hall.process.kill()
    hall.process.start()
    hall.all.close()
    assert hall.all.done("issue_ticket", **command) == first


def test_an_array_is_decided_in_order_and_each_stands_alone(hall: DrivenHall) -> None:
    """A refused or unknown one does not take the others with it."""
    commands = [
        {"type": "issue_ticket", "id": new_id(), "service": "passport", "at": hall.at},
        {"type": "call_next", "id": new_id(), "desk": "1", "at": hall.at},
        {"type": "call_next", "id": new_id(), "desk": "1", "at": hall.at},
        {"type": "fly", "id": new_id()},
    ]
    status, answers = hall.all.ask("POST", "/api/v1/commands", commands)
    assert status == 200
    assert [answer.get("code", "ok") for answer in answers] == ["ok", "ok", "desk_busy", "unknown_command"]
    too_many = [{"type": "call_next", "id": new_id(), "desk": "1"} for _ in range(201)]
    assert hall.all.ask("POST", "/api/v1/commands", too_many)[0] in (413, 422)


@pytest.mark.parametrize(
    ("command", "status", "path"),
    [
        pytest.param({"type": "issue_ticket", "id": "12345678"}, 422, "$", id="a missing field"),
        pytest.param(
            {"type": "issue_ticket", "id": "1", "service": "passport"}, 422, "$.id", id="a short id"
        ),
        pytest.param(
            {"type": "call_next", "id": "12345678", "desk": 1}, 422, "$.desk", id="a number for a text"
        ),
        pytest.param(
            {"type": "call_next", "id": "12345678", "desk": "1", "x": 1}, 422, "$", id="an unknown field"
        ),
        pytest.param({"type": "fly", "id": "12345678"}, 422, "$.type", id="an unknown command"),
        pytest.param(["x"], 200, "", id="an array of rubbish"),
        pytest.param("x", 422, "$", id="no object"),
    ],
)
def test_what_is_malformed_changes_nothing(hall: DrivenHall, command: Any, status: int, path: str) -> None:
    """422 with the path; the log does not grow."""
    before = len(hall.log())
    answered, problem = hall.all.ask("POST", "/api/v1/commands", command)
    assert answered == status, problem
    if path:
        assert problem["path"] == path
    assert len(hall.log()) == before


def test_strangers_change_nothing_and_roles_keep_to_theirs(hall: DrivenHall) -> None:
    """No token 401, a wrong token 401, a kiosk that calls 403, another's desk 403."""
    stranger, process = hall.process.asker(), hall.process
    assert stranger.say("issue_ticket", service="passport")[0] == 401
    assert process.asker("novbe_wrong").say("issue_ticket", service="passport")[0] == 401
    kiosk = process.asker(process.token("kiosk", "entrance"))
    hall.issue(0)
    assert kiosk.done("issue_ticket", service="passport")
    assert kiosk.say("call_next", desk="1")[0] == 403
    desk = process.asker(process.token("desk", "desk-1", "1"))
    assert desk.say("call_next", desk="2")[0] == 403
    status, answer = process.asker(process.token("reader", "auditor")).ask("GET", "/api/v1/events?since=0")
    assert status == 200
    assert [event["seq"] for event in answer["events"]] == list(range(1, len(answer["events"]) + 1))
    assert process.get("/api/v1/events?since=0")[0] == 401


def test_the_day_changes_at_the_roll_over_and_nothing_expires(hall: DrivenHall) -> None:
    """A hall round the clock: the series starts again and skips numbers that are still open."""
    ticket = hall.issue(0)
    hall.minute = 18 * 60 + 1
    hall.do("advance_clock")
    days = [event for event in hall.log() if event["type"] == "day_opened"]
    assert [day["day"] for day in days] == ["2026-11-21", "2026-11-22"]
    assert days[-1]["at"] == NINE + 18 * 60 * MINUTE
    assert hall.issue(18 * 60 + 2) == "A002"
    called = hall.do("call_next", desk="1")
    assert called["ticket"] == ticket
    assert called["ticket_day"] == "2026-11-21"


def test_suspended_services_issue_nothing(hall: DrivenHall) -> None:
    """And issue again when resumed."""
    hall.do("suspend_service", service="passport", reason="system-down")
    assert hall.refused("issue_ticket", service="passport") == "service_suspended"
    hall.do("resume_service", service="passport")
    assert hall.issue(1) == "A001"


def test_desks_are_opened_paused_assigned_and_closed(hall: DrivenHall) -> None:
    """A desk that isn't open calls nobody; assigned queues are the ones it serves."""
    hall.do("pause_desk", desk="1", reason="break")
    assert hall.refused("call_next", desk="1") == "desk_not_open"
    hall.do("open_desk", desk="1")
    hall.issue(0, "licence")
    assert hall.refused("call_next", desk="1") == "nobody_waiting"
    hall.do("assign_desk", desk="1", queues=["B"])
    assert hall.do("call_next", desk="1")["ticket"] == "B001"
    assert hall.refused("close_desk", desk="1") == "desk_busy"
    hall.do("close_desk", desk="2")
    assert hall.refused("call_next", desk="2") == "desk_not_open"


def test_a_class_may_be_set_a_ticket_cancelled_or_abandoned(hall: DrivenHall) -> None:
    """The new key counts; who left is not called."""
    first, second, third = hall.issue(0), hall.issue(1), hall.issue(2)
    hall.do("set_class", ticket=third, reason="evidence-seen", **{"class": "elderly"})
    hall.do("cancel", ticket=first, reason="visitor-asked")
    assert hall.do("call_next", desk="1")["ticket"] == third
    hall.do("abandon", ticket=second)
    assert hall.refused("call_next", desk="2") == "nobody_waiting"
    hall.do("reinstate", ticket=first, reason="mistake")
    assert hall.do("call_next", desk="2")["ticket"] == first


def test_what_anyone_may_read(hall: DrivenHall) -> None:
    """The hall, its queues and its board, with their place in the history; the ETag spares a body."""
    ticket = hall.issue(0)
    hall.do("call_next", desk="1")
    anyone = hall.process.asker()
    status, facts = anyone.ask("GET", "/api/v1/hall")
    assert status == 200
    assert {service["id"] for service in facts["services"]} == {"passport", "licence"}
    assert {outcome["id"] for outcome in facts["outcomes"]} == {"served", "other-office"}
    assert facts["desks"][0]["number"] == "1"
    for path in ("/api/v1/queues", "/api/v1/board", "/healthz", "/readyz", "/openapi.json", "/asyncapi.json"):
        assert anyone.ask("GET", path)[0] == 200, path
    _, board = anyone.ask("GET", "/api/v1/board")
    assert board["calls"][0]["ticket"] == ticket
    assert "class" not in board["calls"][0]
    assert anyone.ask("GET", "/api/v1/nothing")[0] == 404


def test_verify_and_explain(hall: DrivenHall) -> None:
    """Beside the running server: the log is whole, and a call is told in words."""
    for minute in range(5):
        hall.issue(minute, **{"class": "elderly" if minute % 2 else "none"})
    hall.do("call_next", desk="1")
    hall.do("call_ticket", desk="2", ticket="A005", reason="emergency")
    done = hall.process.command_line("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    told = hall.process.command_line("explain", "A005")
    assert told.returncode == 0
    assert "A001" in told.stdout
