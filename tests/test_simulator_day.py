"""``novbe-simulate`` as people use it: whole days in real servers, proved, repeated, fitted, cut off."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol.words import SECOND
from simulator.arrivals import at_clock
from simulator.conduct import Audience, ByTheWall
from simulator.demand import (
    WEEKDAYS,
    Arrivals,
    Demand,
    Kiosks,
    Operators,
    ServiceDemand,
    Visitors,
)
from simulator.light import Http
from simulator.play import Me, Play
from simulator.sizes import SIZES, demand_of
from simulator.stage import Facts
from tests.hall_process import ROOT, HallProcess

pytestmark = pytest.mark.slow

WORDS = [sys.executable, "-m", "simulator"]
PATIENCE_SECONDS = 60.0

NATURAL = {f"{said}: hall_closed" for said in ("issue_ticket", "check_in", "call_next")}
NATURAL |= {"call_next: nobody_waiting"}
"""What a real hall refuses too: who comes after the last ticket or before the doors open, a slower hand."""
BY_CHANCE = {"epoch", "key", "public", "root", "signature"}
"""Of signed heads and of the key behind them; ``key`` is also a call's, which follows from ``heads``."""
ISSUED = {"ticket_issued", "visit_checked_in"}


def simulate(*words: str) -> subprocess.CompletedProcess[str]:
    """Run ``novbe-simulate``."""
    return subprocess.run(
        [*WORDS, *words], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@dataclass(frozen=True)
class Day:
    """A day that was played: its summary, its data folder, what was said meanwhile."""

    figures: dict[str, Any]
    data: Path
    said: str

    def events(self) -> list[dict[str, Any]]:
        """Read the log, each event without what chance gave: its command's id, and what signs the heads."""
        with contextlib.closing(sqlite3.connect(self.data / "hall.db")) as db:
            bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM events ORDER BY seq")]
        return [
            {**{name: value for name, value in event.items() if name not in BY_CHANCE},
             "command": bool(event["command"])}
            for event in bodies
        ]  # fmt: skip


def a_day(data: Path, *words: str) -> Day:
    """Play a small hall's day."""
    done = simulate("day", "--size", "S", "--data", str(data), "--json", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return Day(json.loads(done.stdout), data, done.stderr)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Play one day for all tests that only look."""
    return a_day(tmp_path_factory.mktemp("day"), "--seed", "7")


def test_a_day_is_played_and_proved(day: Day) -> None:
    """Some three hundred people come and are served, and the log is sound."""
    figures = day.figures
    assert figures["verify"]["sound"]
    assert 200 < figures["tickets"] < 400
    assert sum(figures["ends"].values()) == figures["tickets"]
    assert figures["ends"]["completed"] > 0.9 * figures["tickets"]
    assert figures["unclosed"] == 0
    assert set(figures["refusals"]) <= NATURAL


def test_the_same_seed_gives_the_same_log(day: Day, tmp_path: Path) -> None:
    """Event by event, save for the ids of the commands; another seed gives another day."""
    again = a_day(tmp_path / "again", "--seed", "7").events()
    first = day.events()
    assert len(again) == len(first)
    assert [pair for pair in zip(first, again, strict=True) if pair[0] != pair[1]] == []
    assert a_day(tmp_path / "other", "--seed", "8").events() != first


def test_boards_and_phones_listen(day: Day) -> None:
    """Every call reached a board, nothing was missed, nobody was cut off; an answer took some time."""
    figures = day.figures
    assert figures["board_ms"]["n"] == figures["calls"]
    assert figures["screens"]["frames"] > figures["calls"]
    assert (figures["screens"]["gaps"], figures["screens"]["breaks"]) == (0, 0)
    assert 0 < figures["ack_ms"]["p50"] <= figures["ack_ms"]["p99"] <= figures["ack_ms"]["max"]
    assert "2 boards and 2 kiosks listen; up to 10 phones follow." in day.said


def test_the_summary_says_what_the_log_says(day: Day) -> None:
    """Waits, ends, jumps and the forecast's coverage, counted again from the log in another way."""
    events, figures = day.events(), day.figures
    issued = {event["ticket"]: event for event in events if event["type"] in ISSUED}
    assert {event["type"] for event in issued.values()} == ISSUED
    calls = [event for event in events if event["type"] == "ticket_called"]
    first: dict[str, int] = {}
    for call in calls:
        first.setdefault(call["ticket"], call["at"])
    since_issue = {ticket: (at - issued[ticket]["at"]) / 1e6 for ticket, at in first.items()}
    slots = {ticket: max(event["at"], event.get("slot", 0)) for ticket, event in issued.items()}
    waits = {ticket: max(0, at - slots[ticket]) / 1e6 for ticket, at in first.items()}
    assert figures["wait_minutes"]["mean"] == pytest.approx(sum(waits.values()) / len(waits) / 60, abs=0.051)
    assert figures["wait_minutes"]["max"] == pytest.approx(max(waits.values()) / 60, abs=0.051)
    inside = [
        issued[ticket]["expected_wait_seconds"][0] <= wait <= issued[ticket]["expected_wait_seconds"][2]
        for ticket, wait in since_issue.items()
    ]
    assert figures["forecast"]["coverage"] == pytest.approx(sum(inside) / len(inside), abs=0.001)
    assert figures["jumps"]["calls"] == sum(bool(call["jumped"]) for call in calls)
    elderly = [wait for ticket, wait in waits.items() if issued[ticket]["class"] == "elderly"]
    assert figures["wait_minutes_by_class"]["elderly"]["n"] == len(elderly)


def test_a_demand_is_fitted_from_a_log(day: Day) -> None:
    """It is near the one that made the log, and plays in the same hall."""
    done = simulate("fit", str(day.data))
    assert done.returncode == 0, done.stderr
    fitted = msgspec.convert(tomllib.loads(done.stdout), Demand)
    made = demand_of(SIZES["S"])
    assert fitted.arrivals.visitors == {"mon": day.figures["tickets"]}
    assert max(fitted.arrivals.half_hours, key=lambda clock: fitted.arrivals.half_hours[clock]) in {
        "10:00",
        "10:30",
    }
    minutes = {service.id: service.minutes for service in made.service}
    often = [service for service in fitted.service if service.share > 25]
    assert often
    assert all(service.minutes == pytest.approx(minutes[service.id], rel=0.3) for service in often)
    assert fitted.kiosks.count == made.kiosks.count
    assert {desk.number for desk in fitted.desk} <= {str(number) for number in range(1, 7)}
    assert [round(pause.minutes) for pause in fitted.break_] == [10, 30, 10]
    classes = {each.id: each.share for each in fitted.class_}
    assert classes["elderly"] == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        pytest.param(["fit", "/nowhere"], 1, "There is no log in /nowhere", id="no such folder"),
        pytest.param(["day", "--server", "http://127.0.0.1:1"], 2, "--server and --token", id="no token"),
        pytest.param(["day", "--speed", "0"], 2, "--speed", id="no speed"),
        pytest.param(["day", "--from", "25:00"], 2, "--from", id="no time of day"),
        pytest.param(["day", "--hall", "config/halls/tiny.toml"], 2, "needs a --demand", id="no demand"),
        pytest.param(
            ["day", "--hall", "config/halls/tiny.toml", "--demand", "config/demands/demo.toml"],
            1,
            "The hall has no service 'archive-extract'",
            id="a demand for another hall",
        ),
        pytest.param(
            ["day", "--hall", "README.md", "--demand", "config/demands/demo.toml"],
            1,
            "to mend",
            id="no hall file",
        ),
        pytest.param(
            ["day", "--demand", "config/demands/demo.toml", "--server", "http://127.0.0.1:9", "--token", "t"],
            1,
            "There is no hall at 127.0.0.1:9",
            id="nobody there",
        ),
    ],
)
def test_what_cannot_be_played_is_said(words: list[str], status: int, said: str) -> None:
    """One sentence, no traceback; 1 a refusal, 2 wrong usage."""
    done = simulate(*words)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@dataclass
class Living:
    """A demonstration hall on a driven clock, and the simulation that plays in it without end."""

    hall: HallProcess
    token: str
    player: subprocess.Popen[str]
    said: str

    def wait_until(self, holds: Any) -> list[dict[str, Any]]:
        """Read the log until something holds of it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            events = self.events()
            if holds(events):
                return events
            assert self.player.poll() is None, self.player.stderr and self.player.stderr.read()
            time.sleep(0.1)
        raise AssertionError(f"It did not come true in {len(events)} events.")

    def events(self) -> list[dict[str, Any]]:
        """Read the whole log; empty while nobody answers."""
        status, told = self.hall.get("/api/v1/events?limit=5000", self.token)
        return told["events"] if status == 200 else []


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Play the demonstration hall's morning, then go on 300 times as fast as the wall."""
    hall = HallProcess(tmp_path_factory.mktemp("living"), ROOT / "config/halls/demo.toml", "driven").start()
    token = hall.token("integration", "simulator")
    words = ["day", "--server", f"http://127.0.0.1:{hall.port}", "--token", token, "--days", "0"]
    words += ["--demand", "config/demands/demo.toml", "--from", "10:30", "--speed", "300"]
    player = subprocess.Popen(
        [*WORDS, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert player.stdout
    yield Living(hall, token, player, player.stdout.readline())
    player.send_signal(signal.SIGINT)
    player.communicate(timeout=20)
    hall.stop()


def called(events: list[dict[str, Any]], ticket: str) -> bool:
    """Tell whether a ticket was called and served."""
    return any(event["type"] == "service_started" and event["ticket"] == ticket for event in events)


def test_a_living_hall_stands_in_mid_morning(living: Living) -> None:
    """There is a history, some forty people wait, and desk 5 is nobody's."""
    assert living.said == "The hall stands at 10:30.\n"
    events = living.events()
    counts = Counter(event["type"] for event in events)
    assert counts["leg_completed"] > 60
    assert (
        25
        <= counts["ticket_issued"] - len({e["ticket"] for e in events if e["type"] == "ticket_called"})
        <= 55
    )
    assert {event["desk"] for event in events if event["type"] == "desk_opened"} == {
        str(number) for number in range(1, 13) if number != 5
    }


def test_a_strangers_ticket_is_called_and_served(living: Living) -> None:
    """Whoever takes a ticket besides the simulated visitors has a turn among theirs."""
    kiosk = living.hall.asker(living.hall.token("kiosk", "entrance"))
    (issued,) = kiosk.done("issue_ticket", service="temporary-stay")
    living.wait_until(lambda events: called(events, issued["ticket"]))


def test_a_person_takes_a_desk_over(living: Living) -> None:
    """The simulated operator leaves the desk to whoever took it, and is not seen there again."""
    newcomer = living.hall.asker(living.hall.token("integration", "newcomer"))
    status, told = newcomer.say("open_desk", desk="8", take_over=True)
    assert status == 200, told
    seq = told["seq"]
    events = living.wait_until(
        lambda events: sum(e["type"] == "leg_completed" for e in events if e["seq"] > seq) > 15
    )
    mine = told["events"][-1]["actor"]["id"]
    assert {e["actor"]["id"] for e in events if e["seq"] > seq and e.get("desk") == "8"} <= {mine}


def test_the_play_goes_on_after_a_power_cut(living: Living) -> None:
    """The server is killed and comes back: time stood still meanwhile, and nothing is lost or done twice."""
    before = living.events()
    living.hall.kill()
    time.sleep(1.0)
    living.hall.start()
    events = living.wait_until(lambda events: len(events) > len(before) + 60)
    assert events[: len(before)] == before
    assert not any(event["type"] == "outage_noted" for event in events)
    done = living.hall.command_line("verify")
    assert done.returncode == 0, done.stdout


def test_a_second_play_goes_on_with_the_same_hall(living: Living) -> None:
    """A simulation that starts in a hall with a history takes up who waits. Ends the first."""
    living.player.send_signal(signal.SIGINT)
    living.player.communicate(timeout=20)
    before = living.events()
    words = ["day", "--server", f"http://127.0.0.1:{living.hall.port}", "--token", living.token]
    words += ["--demand", "config/demands/demo.toml", "--speed", "max", "--until", "16:00", "--json"]
    done = simulate(*words)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["calls"] > 100
    # Desk 8 is the newcomer's by now.
    assert set(figures["refusals"]) <= {*NATURAL, "open_desk: desk_taken"}
    after = living.events()[len(before) :]
    waited = {e["ticket"] for e in before if e["type"] == "ticket_issued"} - {
        e["ticket"] for e in before if e["type"] == "ticket_called"
    }
    assert waited <= {e["ticket"] for e in after if e["type"] == "ticket_called"}
    assert living.hall.command_line("verify").returncode == 0


async def a_busy_moment(hall: HallProcess, token: str, seconds: int) -> ByTheWall:
    """Play some seconds of a hall in which everything goes quickly, by its wall clock, with two kiosks."""
    http = Http("127.0.0.1", hall.port, token)
    busy = Demand(
        arrivals=Arrivals(visitors=dict.fromkeys(WEEKDAYS, 3600.0), half_hours={"09:30": 1}),
        service=[ServiceDemand(id="passport", minutes=0.05), ServiceDemand(id="fines", minutes=0.05)],
        visitors=Visitors(walk_seconds=0.5, absent=0.0),
        operators=Operators(begin="08:00", pause_seconds=0.1),
        kiosks=Kiosks(count=2, session_seconds=0.5),
    )
    facts = Facts.of(await http.get("/api/v1/hall"))
    me = Me((await http.get("/api/v1/session"))["id"], f"wall-{os.getpid()}")
    play = Play(facts, busy, "1", me, SECOND // 10)
    begin = at_clock(date(2026, 11, 2), "09:35", facts.time_zone)
    kiosks = tuple(hall.token("kiosk", f"kiosk-{number}") for number in (1, 2))
    conducted = ByTheWall(http, play, Audience(None, 0), lambda _: None, kiosks, begin)
    await conducted.open()
    play.begin_day(date(2026, 11, 2))
    play.resume()
    await conducted.play(begin + seconds * SECOND)
    conducted.close()
    http.close()
    await asyncio.sleep(0)
    assert set(play.refusals) <= NATURAL
    return conducted


def test_by_the_wall_clock_only_its_own_speed_is_real(tmp_path: Path) -> None:
    """In real time kiosks speak for themselves, and strangers are served."""
    hall = HallProcess(tmp_path, ROOT / "config/halls/demo.toml").start()
    try:
        token = hall.token("integration", "simulator")
        where = ["day", "--server", f"http://127.0.0.1:{hall.port}", "--token", token]
        fast = simulate(*where, "--demand", "config/demands/demo.toml", "--speed", "10")
        sentence = "This hall goes by the wall clock: only --speed 1 is real there.\n"
        assert (fast.returncode, fast.stderr) == (1, sentence)
        kiosk = hall.asker(hall.token("kiosk", "entrance"))
        (issued,) = kiosk.done("issue_ticket", service="passport")
        conducted = asyncio.run(a_busy_moment(hall, token, 8))
        events = hall.get("/api/v1/events?limit=5000", token)[1]["events"]
    finally:
        hall.stop()
    assert called(events, issued["ticket"])
    by = Counter(event["actor"]["role"] for event in events if event["type"] == "ticket_issued")
    assert by["kiosk"] == sum(by.values()) > 5
    assert len(conducted.measured.answers) == conducted.measured.commands > 20
    assert len(conducted.measured.called) == sum(event["type"] == "ticket_called" for event in events)
    assert abs(events[-1]["at"] / 1e6 - time.time()) < 600


def test_the_terminal_shows_the_hall(tmp_path: Path) -> None:
    """On a terminal a few lines stay in place: the time, a bar, the desks, the queues."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [*WORDS, "day", "--size", "XS", "--speed", "5000", "--until", "11:00", "--data", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # a pty whose other end is closed
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)
    assert process.wait(60) == 0
    text = shown.decode()
    assert "times real time" in text
    assert "desks: " in text
    assert "\x1b[4A" in text
    assert "█" in text
