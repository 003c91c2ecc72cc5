"""A start after a silence: the outage is noted before anything else, and nobody has lost anything by it."""

import time
from pathlib import Path

from protocol.commands import AdvanceClock, CallNext, NoShow, OpenDesk, PauseHall, Recall, Serve
from protocol.events import DayClosed, DeskOpened, OutageNoted, TicketExpired
from protocol.words import HOUR, MINUTE, Micros
from server.domain import notice_view
from server.domain.refusals import TooSoon
from server.engine import Engine
from server.opening import Opened
from server.verify import verify
from tests.engines import KIOSK, NOON, SYSTEM, but_heads, new_id, running, ticket
from tests.test_driven_clock import HOURS, SATURDAY, refused


def fill(engine: Engine) -> None:
    """At noon A001 is being served, A002 is called and recalled, and A003 waits."""
    at = NOON
    for desk in ("1", "2"):
        engine.submit(OpenDesk(id=new_id(), desk=desk, at=at), SYSTEM)
    for _ in range(3):
        engine.submit(ticket(), SYSTEM)
    for desk in ("1", "2"):
        engine.submit(CallNext(id=new_id(), desk=desk), SYSTEM)
    engine.submit(Serve(id=new_id(), desk="1", ticket="A001"), SYSTEM)
    engine.submit(Recall(id=new_id(), desk="2", ticket="A002"), SYSTEM)


def come_back(opened: Opened, at: Micros) -> list[object]:
    """Let the clock of a started hall go on to a time; gives the events, without signed heads."""
    before = opened.engine.seq
    opened.engine.submit(AdvanceClock(id=new_id(), at=at), SYSTEM)
    return list(but_heads(opened.engine.events(before, 100)))


def test_a_power_cut_at_noon(tmp_path: Path) -> None:
    """The first event after it says how long it was; desks are asked about their tickets; no timer ran."""
    with running(tmp_path, driven=True) as opened:
        fill(opened.engine)
    with running(tmp_path, driven=True) as opened:
        engine = opened.engine
        (noted,) = come_back(opened, NOON + 20 * MINUTE)
        assert isinstance(noted, OutageNoted)
        assert (noted.began_at, noted.at, noted.seconds) == (NOON, NOON + 20 * MINUTE, 1200)
        desks = engine.published.desks
        assert [(desks[number].ticket, desks[number].unsure) for number in "12"] == [
            ("A001", True),
            ("A002", True),
        ]
        told = notice_view.told(engine.published, engine.texts)
        assert told["outage"] == {"began_at": NOON, "ended_at": NOON + 20 * MINUTE}
        assert refused(lambda: engine.submit(NoShow(id=new_id(), desk="2", ticket="A002"), SYSTEM)) is TooSoon
        late = NOON + 22 * MINUTE
        engine.submit(NoShow(id=new_id(), desk="2", ticket="A002", at=late), SYSTEM)
        called = engine.submit(CallNext(id=new_id(), desk="2"), SYSTEM).events[0]
        ended = engine.published.find("A003")
        assert ended is not None
        assert ended.called_at - ended.arrived_at == called.at - NOON == 22 * MINUTE
        assert notice_view.paused_seconds(engine.published, ended, late) == 1200
    assert verify(tmp_path, None) == 0


def test_a_restart_that_is_no_outage(tmp_path: Path) -> None:
    """Within two minutes nobody noticed; and the silence of a hall that runs is only quiet."""
    with running(tmp_path, driven=True) as opened:
        fill(opened.engine)
        assert come_back(opened, NOON + HOUR) == []
        opened.engine.submit(ticket(), KIOSK)
    with running(tmp_path, driven=True) as opened:
        assert come_back(opened, NOON + HOUR + MINUTE) == []
        assert come_back(opened, NOON + 2 * HOUR) == []


def test_what_comes_while_the_clock_stands_takes_no_outage_away(tmp_path: Path) -> None:
    """A kiosk may be the first to speak; it is the passing of time that shows the silence."""
    with running(tmp_path, driven=True) as opened:
        fill(opened.engine)
    with running(tmp_path, driven=True) as opened:
        opened.engine.submit(ticket(), KIOSK)
        (noted,) = come_back(opened, NOON + 20 * MINUTE)
        assert isinstance(noted, OutageNoted)


def test_the_closing_that_fell_into_an_outage(tmp_path: Path) -> None:
    """The outage lasts until the closing, which comes at its own time; what was paused waits for the end."""
    with running(tmp_path, HOURS, driven=True) as opened:
        opened.engine.submit(ticket(at=SATURDAY + 11 * HOUR), SYSTEM)
    with running(tmp_path, HOURS, driven=True) as opened:
        happened = come_back(opened, SATURDAY + 14 * HOUR)
    assert [type(event) for event in happened] == [OutageNoted, DayClosed, TicketExpired]
    assert {getattr(event, "at", 0) for event in happened} == {SATURDAY + 12 * HOUR}


def test_an_outage_in_a_pause_does_not_end_it(tmp_path: Path) -> None:
    """The alarm still rings when the power is back: the hall is as paused as before."""
    with running(tmp_path, driven=True) as opened:
        fill(opened.engine)
        opened.engine.submit(PauseHall(id=new_id(), kind="emergency", text="Leave."), SYSTEM)
    with running(tmp_path, driven=True) as opened:
        come_back(opened, NOON + 20 * MINUTE)
        told = notice_view.told(opened.engine.published, opened.engine.texts)
        assert told["pause"] == {"kind": "emergency", "since": NOON, "until": None, "texts": {"en": "Leave."}}
        assert told["outage"] is not None


def test_the_wall_clock_notes_it_at_the_start(tmp_path: Path) -> None:
    """Before the first command is taken."""
    ago = time.time_ns() // 1000 - 10 * MINUTE
    with running(tmp_path, driven=True) as opened:
        opened.engine.submit(OpenDesk(id=new_id(), desk="1", at=ago), SYSTEM)
    with running(tmp_path) as opened:
        events = but_heads(opened.engine.events(0, 100))
        noted = events[-1]
        assert isinstance(events[-2], DeskOpened)
        assert isinstance(noted, OutageNoted)
        assert 600 <= noted.seconds < 660
        assert noted.began_at == ago
        assert noted.at - ago < 11 * MINUTE
