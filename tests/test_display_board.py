"""The board as data: what the events make of it, and how its cards stand."""

from typing import Any

import pytest
from pygame import Rect

from display.board import RECENT_CALLS, Board, follow, read_board
from display.layout import cards, lay_out

DAY = "2026-11-21"


def event(kind: str, ticket: str = "A105", desk: str = "7", at: int = 1, **fields: Any) -> dict[str, Any]:
    """Give an event as the board's room hears it."""
    return {"type": kind, "seq": at, "at": at, "day": DAY, "ticket": ticket, "desk": desk, **fields}


def called(ticket: str = "A105", desk: str = "7", at: int = 1, language: str = "az") -> dict[str, Any]:
    """Give a call."""
    return event("ticket_called", ticket, desk, at, language=language)


def numbers(board: Board) -> tuple[list[str], list[str]]:
    """Give the numbers now called and those called before."""
    return [call.number for call in board.now], [call.number for call in board.recent]


def test_the_small_print_is_the_last_signed_head() -> None:
    """From the snapshot, then from each head: its size and how its root begins; no call changes by it."""
    head = {"size": 120, "root": "47bdcec3c3ef07ba99", "key": "k", "at": 1}
    board = read_board({"calls": [], "at": 1, "head": head})
    assert board.seal == "120 · 47bdcec3c3ef07ba"
    later = follow(board, [{"type": "head_signed", "at": 2, "day": "2026-11-20", **head, "size": 221}])
    assert (later.seal, later.now) == ("221 · 47bdcec3c3ef07ba", ())
    assert read_board({"calls": [], "head": None}).seal == ""


def test_a_call_stands_until_it_is_answered() -> None:
    """The newest call is first; the one answered moves to the recent ones."""
    board = follow(Board(), [called("A1", "1", 1), called("A2", "2", 2), called("A3", "3", 3)])
    assert numbers(board) == (["A3", "A2", "A1"], [])
    assert board.now[0].desk == "3"
    board = follow(board, [event("service_started", "A2", "2", 4)])
    assert numbers(board) == (["A3", "A1"], ["A2"])
    assert board.at == 4


@pytest.mark.parametrize(
    ("kind", "now", "recent"),
    [
        pytest.param("service_started", [], ["A105"], id="served: was called before"),
        pytest.param("leg_completed", [], ["A105"], id="completed without serve: the same"),
        pytest.param("ticket_no_show", [], ["A105"], id="a late visitor still finds the number"),
        pytest.param("ticket_parked", [], [], id="parked: nowhere"),
        pytest.param("ticket_requeued", [], [], id="waits again: nowhere"),
        pytest.param("ticket_transferred", [], [], id="waits elsewhere: nowhere"),
        pytest.param("ticket_cancelled", [], [], id="cancelled: nowhere"),
        pytest.param("ticket_expired", [], [], id="expired: nowhere"),
        pytest.param("desk_paused", ["A105"], [], id="what is not about a call changes nothing"),
        pytest.param("of_tomorrow", ["A105"], [], id="nor does an event not known yet"),
    ],
)
def test_a_call_ends(kind: str, now: list[str], recent: list[str]) -> None:
    """Each way a call can end has its place on the board."""
    assert numbers(follow(Board(), [called(), event(kind, at=2)])) == (now, recent)


def test_a_recalled_ticket_is_the_newest_again() -> None:
    """A recall moves the call to the top and is news for the voice; it stands once."""
    before = follow(Board(), [called("A1", "1", 1), called("A2", "2", 2)])
    recall = event("ticket_recalled", "A1", "1", 3, language="ru", recalls=1)
    after = follow(before, [recall])
    assert numbers(after) == (["A1", "A2"], [])
    assert [(call.number, call.recalls) for call in after.new_since(before)] == [("A1", 1)]


def test_a_desk_calls_one_ticket_at_a_time() -> None:
    """A call replaces an older one at the same desk whose end was not heard."""
    assert numbers(follow(Board(), [called("A1", "7", 1), called("A2", "7", 2)])) == (["A2"], [])


def test_the_same_number_of_another_day_is_another_ticket() -> None:
    """A ticket is its number and its day of issue."""
    board = follow(Board(), [called(), event("service_started", at=2, ticket_day="2026-11-20")])
    assert numbers(board) == (["A105"], [])


def test_a_call_reinstated_stands_again() -> None:
    """A slip of the finger is undone on the board too; a ticket that only waits again is not shown."""
    ended = follow(Board(), [called(), event("ticket_no_show", at=2)])
    back = follow(ended, [event("ticket_reinstated", at=3, state="called")])
    assert numbers(back) == (["A105"], [])
    waiting = event("ticket_reinstated", at=3, state="waiting")
    del waiting["desk"]
    assert numbers(follow(ended, [waiting])) == ([], ["A105"])


def test_a_new_day_begins_with_no_recent_calls() -> None:
    """Numbers begin again, so yesterday's would mislead; who is called over midnight stays."""
    served = event("service_started", "A1", "1", 2)
    board = follow(Board(), [called("A1", "1", 1), served, called("A2", "2", 3)])
    assert numbers(follow(board, [{"type": "day_opened", "seq": 4, "at": 4, "day": DAY}])) == (["A2"], [])


def test_the_recent_calls_are_few() -> None:
    """The list does not grow for ever."""
    events = [
        each
        for i in range(40)
        for each in (called(f"A{i}", "1", i), event("service_started", f"A{i}", "1", i))
    ]
    assert len(follow(Board(), events).recent) == RECENT_CALLS


def test_a_snapshot_and_its_events_give_the_same_board() -> None:
    """A board that joined late shows what the others show; what it already showed is no news."""
    board = follow(
        Board(), [called("A1", "1", 1), event("service_started", "A1", "1", 2), called("A2", "2", 3)]
    )
    rows = [
        {"ticket": "A1", "ticket_day": DAY, "desk": "1", "state": "serving", "at": 1, "language": "az"},
        {"ticket": "A2", "day": DAY, "desk": "2", "state": "called", "at": 3, "recalls": 0, "language": "az"},
    ]
    late = read_board({"at": 3, "calls": rows})
    assert late == board
    assert late.new_since(board) == []


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1280, 720), (640, 480), (3840, 2160)])
@pytest.mark.parametrize("count", [1, 3, 4, 7, 12, 30])
def test_every_call_has_a_place(size: tuple[int, int], count: int) -> None:
    """However many calls stand, each is on the board, none over another or outside."""
    layout = lay_out(Rect(0, 0, *size))
    places = cards(layout.now, count, layout.gap)
    assert len(places) == count
    assert all(layout.now.contains(place) for place in places)
    fixed = [layout.name, layout.clock, layout.now_title, layout.recent_title, layout.footer, *layout.recent]
    everything = [*fixed, *places]
    for i, place in enumerate(everything):
        assert layout.whole.contains(place)
        assert place.collidelist(everything[i + 1 :]) == -1
    assert layout.recent
