"""Five desks that the hall calls to by itself, killed in the middle of whatever is going on.

After each kill the log alone gives what the screens showed; at the end ``verify`` derives every call again.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.explaining import explain
from server.verify import verify
from tests.hall_process import Asker, HallProcess

SECOND, MINUTE = 1_000_000, 60_000_000
NOON = 1_795_420_800_000_000
"""Monday 2026-11-23, 12:00 in Baku."""
CLOSING = NOON + 360 * MINUTE
HALL = """
[hall]
id = "kills"
names = { en = "Hall of kills" }
time_zone = "Asia/Baku"
languages = ["en", "az"]
hours = { mon = ["09:00-18:00"], tue = ["09:00-18:00"] }
[policy]
auto_call_seconds = 30
[[outcome]]
id = "served"
names = { en = "Served" }
"""
SERVICES = {"passport": "A", "land": "B", "tax": "C"}
SERVICE = """
[[service]]
id = "{id}"
names = {{ en = "{id}" }}
queue = "{queue}"
[[queue]]
id = "{queue}"
prefix = "{queue}"
"""
DESKS = {"1": "A", "2": "AB", "3": "B", "4": "ABC", "5": "C"}
DESK = """
[[desk]]
number = "{number}"
queues = {queues}
specialties = {specialties}
"""


def hall_file() -> str:
    """Write the hall: desks 2 and 4 have a specialty."""
    services = (SERVICE.format(id=id_, queue=queue) for id_, queue in SERVICES.items())
    desks = (
        DESK.format(
            number=number, queues=list(queues), specialties="{ ru = 10 }" if number in {"2", "4"} else "{}"
        )
        for number, queues in DESKS.items()
    )
    return HALL + "".join((*services, *desks))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    """Run the hall on a driven clock."""
    (tmp_path / "data").mkdir()
    (tmp_path / "hall.toml").write_text(hall_file())
    process = HallProcess(tmp_path / "data", tmp_path / "hall.toml", clock="driven").start()
    yield process
    process.stop()


@pytest.fixture
def system(hall: HallProcess) -> Asker:
    """Give the system that drives the clock and sits at all desks."""
    return hall.asker(hall.token("integration", "kills"))


def log_of(system: Asker) -> list[dict[str, Any]]:
    """Read the whole log."""
    events: list[dict[str, Any]] = system.ask("GET", "/api/v1/events?since=0&limit=5000")[1]["events"]
    return events


def shown(system: Asker) -> list[Any]:
    """Read what the screens of the hall show, less what time alone changes."""
    overview = system.ask("GET", "/api/v1/overview")[1]
    for queue in overview["queues"]:
        queue.pop("expected_wait_seconds")
        queue.pop("longest_wait_seconds")
    return [
        {name: value for name, value in view.items() if name != "at"}
        for view in (overview, system.ask("GET", "/api/v1/board")[1])
    ]


def cut(hall: HallProcess, system: Asker) -> None:
    """Kill the server, lose its snapshots too, and start it: every screen shows what it showed."""
    before = shown(system)
    hall.kill()
    system.close()
    shutil.rmtree(hall.data / "snapshots", ignore_errors=True)
    hall.start()
    assert shown(system) == before


def called(system: Asker) -> dict[str, str]:
    """Tell which ticket is called or served at which desk."""
    desks = system.ask("GET", "/api/v1/desks")[1]
    return {desk["number"]: desk["ticket"] for desk in desks if desk["ticket"]}


def since(system: Asker, seq: int) -> list[str]:
    """Name the events after a place in the log, but for its signed heads."""
    heads = {"head_signed", "key_announced"}
    return [event["type"] for event in log_of(system) if event["seq"] > seq and event["type"] not in heads]


def fill(system: Asker) -> None:
    """Open five desks; twelve people come, and one of them asks for a specialty."""
    for desk in DESKS:
        system.done("open_desk", desk=desk, at=NOON)
    numbers = [
        system.done("issue_ticket", service=service)[0]["ticket"] for service in (*SERVICES, *SERVICES) * 2
    ]
    system.done("transfer", ticket=numbers[-1], to_specialty="ru", reason="language")


def end(system: Asker, desk: str) -> None:
    """Serve the ticket at a desk to its end."""
    ticket = called(system)[desk]
    system.done("serve", desk=desk, ticket=ticket)
    system.done("complete", desk=desk, ticket=ticket, outcome="served")


def test_whatever_is_going_on_the_log_alone_gives_it_back(
    hall: HallProcess, system: Asker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed while calls are offered, in a pause while a desk serves out, and over the closing."""
    fill(system)
    killed_while_calls_are_offered(hall, system)
    killed_in_a_pause(hall, system)
    a_desk_serves_out(system)
    killed_until_the_next_morning(hall, system)
    assert verify(hall.data, None) == 0, capsys.readouterr().out
    assert explain(hall.data, "C004", None) == 0
    assert "outage" in capsys.readouterr().out


def killed_while_calls_are_offered(hall: HallProcess, system: Asker) -> None:
    """Every desk is called to once; an offer that an outage cut off is made anew, and nobody called in it."""
    system.done("advance_clock", at=NOON + 30 * SECOND)
    assert set(called(system)) == set(DESKS)
    end(system, "1")
    end(system, "5")
    system.done("advance_clock", at=NOON + MINUTE - SECOND)
    cut(hall, system)
    seq = log_of(system)[-1]["seq"]
    system.done("advance_clock", at=NOON + 20 * MINUTE)
    assert since(system, seq) == ["outage_noted", "call_offered", "call_offered"]
    system.done("advance_clock", at=NOON + 20 * MINUTE + 30 * SECOND)
    assert since(system, seq)[3:] == ["ticket_called", "ticket_called"]


def killed_in_a_pause(hall: HallProcess, system: Asker) -> None:
    """The pause outlasts an outage in it, and nobody was called; a desk that serves out still does."""
    for desk in ("1", "4"):
        end(system, desk)
    system.done("pause_desk", desk="4", reason="lunch")
    system.done("close_desk", desk="5", waiting="serve_out")
    system.done("pause_hall", kind="emergency", text={"en": "Please leave.", "az": "Zəhmət olmasa çıxın."})
    cut(hall, system)
    seq = log_of(system)[-1]["seq"]
    system.done("advance_clock", at=NOON + 40 * MINUTE)
    assert since(system, seq) == ["outage_noted"]
    assert system.refused("issue_ticket", service="tax") == "hall_paused"
    system.done("resume_hall")
    (resumed,) = [event for event in log_of(system) if event["type"] == "hall_resumed"]
    assert resumed["seconds"] == 40 * 60 - 20 * 60 - 30
    system.done("advance_clock", at=NOON + 41 * MINUTE)
    assert "1" in called(system)


def a_desk_serves_out(system: Asker) -> None:
    """Nobody gets a ticket for its queue, and it closes by itself when the last has gone."""
    assert system.refused("issue_ticket", service="tax") == "queue_closing"
    for minutes in range(42, 50):
        if "5" in called(system):
            end(system, "5")
        system.done("advance_clock", at=NOON + minutes * MINUTE)
    assert [event["actor"]["kind"] for event in log_of(system) if event["type"] == "desk_closed"] == ["hall"]


def killed_until_the_next_morning(hall: HallProcess, system: Asker) -> None:
    """The outage ends where the day closes; who waited has expired, and the new day has begun at nine."""
    system.done("issue_ticket", service="passport")
    cut(hall, system)
    seq = log_of(system)[-1]["seq"]
    system.done("advance_clock", at=NOON + 22 * 60 * MINUTE)
    after = [event for event in log_of(system) if event["seq"] > seq and event["type"] != "head_signed"]
    assert (after[0]["type"], after[0]["at"], after[1]["type"]) == ("outage_noted", CLOSING, "day_closed")
    assert (after[-1]["type"], after[-1]["day"]) == ("day_opened", "2026-11-24")
