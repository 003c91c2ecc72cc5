"""What is said to people stands beside the log: its words can be erased, swept, and read without the disk."""

from pathlib import Path

import pytest

from protocol.commands import (
    AdvanceClock,
    Announce,
    CallNext,
    Command,
    LeaveNote,
    OpenDesk,
    PauseHall,
    WithdrawAnnouncement,
)
from protocol.events import Announced, Event, HallPaused, NoteLeft
from protocol.words import HOUR, MINUTE
from server.domain import notice_view
from server.domain.refusals import Refusal
from server.opening import Opened
from tests.engines import NOON, SYSTEM, new_id, running, ticket, until


def count(opened: Opened) -> int:
    """Count the texts on the disk."""
    with opened.private._open() as db:
        return db.table("texts").count


def done(opened: Opened, command: Command) -> Event:
    """Give the last event that a command caused."""
    return opened.engine.submit(command, SYSTEM).events[-1]


def note(opened: Opened, at: int) -> NoteLeft:
    """Leave a note about a visitor at desk 1."""
    for command in (OpenDesk(id=new_id(), desk="1", at=at), ticket(), CallNext(id=new_id(), desk="1")):
        opened.engine.submit(command, SYSTEM)
    left = done(opened, LeaveNote(id=new_id(), desk="1", ticket="A001", text="Speaks with Aygün"))
    assert isinstance(left, NoteLeft)
    return left


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        pytest.param("Aygün waits at the door.", {"en": "Aygün waits at the door."}, id="the main language"),
        pytest.param({"az": "Aygün", "ar": "أيغون"}, {"az": "Aygün", "ar": "أيغون"}, id="several"),
    ],
)
def test_an_announcement_is_read_by_its_id(
    tmp_path: Path, text: str | dict[str, str], texts: dict[str, str]
) -> None:
    """The log has the id; boards have the words, after a restart too."""
    command = Announce(id=new_id(), text=text)
    with running(tmp_path) as opened:
        said = done(opened, command)
        assert isinstance(said, Announced)
        assert done(opened, command) == said
        assert opened.engine.texts(said.text) == texts
        assert "Ayg" not in "".join(opened.engine.bodies(0, 100))
        assert count(opened) == 1
    with running(tmp_path) as opened:
        (shown,) = notice_view.told(opened.engine.published, opened.engine.texts)["announcements"]
        assert shown["texts"] == texts
        opened.engine.submit(WithdrawAnnouncement(id=new_id(), announcement=said.seq), SYSTEM)
        assert notice_view.told(opened.engine.published, opened.engine.texts)["announcements"] == []


def test_a_pause_without_words_has_no_text(tmp_path: Path) -> None:
    """The screens then say it in words of their own."""
    with running(tmp_path) as opened:
        paused = done(opened, PauseHall(id=new_id(), kind="break"))
        assert isinstance(paused, HallPaused)
        assert count(opened) == 0
        pause = notice_view.told(opened.engine.published, opened.engine.texts)["pause"]
        assert pause == {"kind": "break", "since": paused.at, "until": None, "texts": None}


def test_the_words_of_a_refused_command_are_gone(tmp_path: Path) -> None:
    """From memory and from the disk: there is no such zone, no event holds them."""
    with running(tmp_path) as opened:
        with pytest.raises(Refusal):
            done(opened, Announce(id=new_id(), text="Nobody reads this.", zone="moon"))
        assert count(opened) == 0


def test_words_with_an_event_outlive_the_sweep(tmp_path: Path) -> None:
    """Of a text, a pause and a note; a row whose event never came goes at the next start."""
    with running(tmp_path, driven=True) as opened:
        left = note(opened, NOON)
        said = done(opened, Announce(id=new_id(), text="Welcome."))
        paused = done(opened, PauseHall(id=new_id(), kind="break", text="Back soon."))
        opened.private.put("of a command that was never decided")
        assert count(opened) == 4
    with running(tmp_path, driven=True) as opened:
        assert count(opened) == 3
        assert isinstance(said, Announced)
        assert isinstance(paused, HallPaused)
        assert opened.engine.texts(said.text) == {"en": "Welcome."}
        assert opened.engine.texts(str(paused.text)) == {"en": "Back soon."}
        assert opened.engine.note(left.note) == "Speaks with Aygün"


def test_a_note_is_erased_when_its_day_ends(tmp_path: Path) -> None:
    """In a hall that never closes, at the roll-over; its bytes are nowhere then."""
    with running(tmp_path, driven=True) as opened:
        left = note(opened, NOON)
        assert opened.engine.note(left.note) == "Speaks with Aygün"
        assert b"Ayg" not in opened.private.path.read_bytes()
        opened.engine.submit(AdvanceClock(id=new_id(), at=NOON + 24 * HOUR), SYSTEM)
        assert opened.engine.note(left.note) == ""
        until(lambda: count(opened) == 0)
        assert b"Ayg" not in opened.private.path.read_bytes()


def test_a_note_of_a_day_that_ended_meanwhile_goes_at_the_start(tmp_path: Path) -> None:
    """A server that was stopped in between erases it when the day has rolled over."""
    with running(tmp_path, driven=True) as opened:
        left = note(opened, NOON)
    with running(tmp_path, driven=True) as opened:
        assert opened.engine.note(left.note) == "Speaks with Aygün"
        opened.engine.submit(AdvanceClock(id=new_id(), at=NOON + 24 * HOUR + MINUTE), SYSTEM)
        until(lambda: count(opened) == 0)
