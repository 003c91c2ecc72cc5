"""A new epoch: where the log ends, with numbers that nobody can have had, and found out when it is none."""

import msgspec
import pytest

from protocol import events as e
from protocol.catchup import rank
from protocol.words import HOUR, MINUTE, SECOND, Micros
from server.domain import derive, epochs
from server.domain.state import HallState, from_snapshot, to_snapshot
from tests.bookings import WEEK, a_bookable_hall, book
from tests.builders import NINE, Played, a_hall, play
from tests.journals import Writing
from tests.test_domain_pausing import stamped


def go_on(hall: Played, since: Micros, until: Micros, rank: int = 7) -> int:
    """Begin an epoch after another server may have run the hall; gives how many numbers are left out."""
    event = hall.fold(epochs.begun(hall.state, f"{rank}-a-b", "promoted", since, until))
    hall.at = until
    assert isinstance(event, e.EpochBegun)
    return event.skipped


def test_every_series_jumps() -> None:
    """Those that have begun, those that have not, those of a class; tomorrow's begin as ever."""
    hall = play(desks=("1",))
    assert hall.issue() == "A001"
    assert go_on(hall, hall.at, hall.at) == epochs.LEAST_SKIPPED == 20
    assert [hall.issue(), hall.issue(), hall.issue("land"), hall.issue("passport", "pregnant")] == [
        *("A022", "A023", "B021", "P021")
    ]
    hall.until(NINE + 20 * HOUR)
    assert hall.issue() == "A002", "the first of yesterday still waits"
    assert list(derive.audit(HallState(), hall.log)) == []


@pytest.mark.parametrize(
    ("since", "until", "skipped"),
    [
        pytest.param(0, 12 * SECOND, 20, id="at least those under way"),
        pytest.param(0, 5 * MINUTE, 300, id="a number a second"),
        pytest.param(-10 * HOUR, 5 * MINUTE, 300, id="none for the time before the hall opened"),
        pytest.param(-10 * HOUR, -30 * MINUTE, 20, id="none before today's opening"),
    ],
)
def test_how_far_they_jump(since: Micros, until: Micros, skipped: int) -> None:
    """As far as kiosks can have gone while the log that goes on was not the hall's."""
    opens = play(a_hall(hours=WEEK), at=NINE - 2 * HOUR)
    opens.until(NINE + until)
    assert go_on(opens, NINE + since, NINE + until) == skipped


def test_a_day_that_another_server_may_have_opened_begins_later() -> None:
    """The copy is of yesterday, and today's tickets are lost: today's series jump, tomorrow's do not."""
    hall = play(a_hall(hours=WEEK))
    hall.issue()
    noon = NINE + 27 * HOUR
    assert go_on(hall, NINE + HOUR, noon) == 3 * 3600
    hall.at = NINE
    hall.until(noon)
    assert hall.issue() == "A10801"
    hall.until(noon + 24 * HOUR)
    assert hall.issue() == "A001"


def test_the_numbers_of_kiosks_jump_too() -> None:
    """The server before may have given the next one to another kiosk, which prints it on slips by itself."""
    hall, known = play(), Writing()
    known.hand_in(hall)
    for skipped in (20, 41):
        go_on(hall, hall.at, hall.at, rank=skipped)
        assert from_snapshot(to_snapshot(hall.state)).kiosks_skipped == 1 + skipped
        device = f"dev-{skipped}"
        joined = Writing(device=device).hand_in(hall)[0]
        assert isinstance(joined, e.KioskJoined)
        assert joined.kiosk == skipped + 2
    assert known.hand_in(hall) == [], "who had one keeps it"
    assert list(derive.audit(HallState(), hall.log)) == []


def test_bookings_jump_too() -> None:
    """A booking's code follows from its number, and two people must not hold one code."""
    hall = a_bookable_hall()
    assert book(hall) == "1"
    go_on(hall, hall.at, hall.at)
    assert book(hall) == "22"


def test_a_snapshot_remembers() -> None:
    """What is left out survives a restart."""
    hall = play()
    go_on(hall, hall.at, hall.at)
    copy = from_snapshot(to_snapshot(hall.state))
    assert (copy.epoch, copy.skipped) == ("7-a-b", (20, hall.at))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"epoch": "6-a-b"}, "no later one", id="an earlier one"),
        pytest.param({"epoch": "0123456789abcdef"}, "no later one", id="a first one"),
        pytest.param({"skipped": 3}, "left out 3", id="too few numbers"),
    ],
)
def test_the_audit_finds_an_epoch_that_cannot_be(changed: dict[str, str | int], sentence: str) -> None:
    """Two histories must never share a number or a name."""
    hall = play()
    go_on(hall, hall.at, hall.at)
    event = msgspec.structs.replace(
        epochs.begun(hall.state, "8-a-b", "restored", hall.at, hall.at), **changed
    )
    found = [one.sentence for one in derive.check(hall.state, stamped(hall, event))]
    assert [sentence in one for one in found] == [True]


def test_the_rank_of_an_epoch() -> None:
    """A name without a rank, as halls are given when they are created, comes before all others."""
    assert [rank(name) for name in ("", "0123456789abcdef", "x-1", "-5", "2-a-b", "10-a-b")] == [
        *(0, 0, 0, 0, 2, 10)
    ]
