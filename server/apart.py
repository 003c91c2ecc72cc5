"""Free text, apart from the log: it leaves a command before the rules see it, and comes back for people.

What the rooms and the views tell without asking the disk stands in memory: texts for everyone, and notes.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Sequence

import gevent  # type: ignore[import-untyped]
import msgspec

from protocol import wire
from protocol.commands import Announce, Book, Command, LeaveNote, PauseHall, ReportDevice
from protocol.events import (
    DayClosed,
    DayOpened,
    Event,
    HallConfigured,
    SlotBooked,
    SlotCancelled,
    SlotLapsed,
    SlotMoved,
)
from protocol.hall import Hall
from server.domain.catalogue import NO_HALL
from server.domain.refusals import ReadOnly
from server.domain.slots import day_of
from server.domain.state import HallState
from server.private import Private
from server.threads import Threads

FIELDS: dict[type[Command], str] = {
    ReportDevice: "detail",
    Announce: "text",
    PauseHall: "text",
    LeaveNote: "text",
    Book: "contact",
}
"""Which field of a command is free text."""

IN_EVENTS = ("detail", "text", "note", "contact")
"""The fields of events that hold the id of a text."""


class Apart:
    """The texts beside the log of one hall. All methods are for greenlets."""

    def __init__(self, private: Private, threads: Threads) -> None:
        """Keep texts in ``private``, by threads."""
        self._private, self._threads = private, threads
        self._texts: dict[str, dict[str, str]] = {}
        self._notes: dict[str, str] = {}
        self._contacts: dict[str, str] = {}
        self._hall = NO_HALL

    def load(self, state: HallState) -> None:
        """Know the texts that stand in a hall that starts, and erase the notes of days that are over."""
        self._private.forget_keys()
        self._private.erase_notes(before=state.day if state.is_open else _after(state.day))
        self._hall = state.hall
        self._contacts = {one.number: one.contact for one in state.reservations.values() if one.contact}
        shown = [pause.text for pause in state.pauses[-1:]] + [one.text for one in state.announcements]
        self._texts = {text_id: self._by_language(text_id) for text_id in shown if text_id}
        # Who ended may be reinstated, and then the notes are read again.
        tickets = (*state.tickets.values(), *state.ended.values())
        notes = [note.note for ticket in tickets for note in ticket.notes]
        self._notes = {text_id: self._private.text(text_id) or "" for text_id in notes}

    def _by_language(self, text_id: str) -> dict[str, str]:
        texts: dict[str, str] = msgspec.json.decode(self._private.text(text_id) or "{}")
        return texts

    def texts(self, text_id: str) -> dict[str, str]:
        """Give a text for everyone, by language; none at all when it was erased."""
        return self._texts.get(text_id, {})

    def note(self, text_id: str) -> str:
        """Give a note; empty when it was erased."""
        return self._notes.get(text_id, "")

    def detail(self, text_id: str) -> str:
        """Read what a device told of itself; empty when it was erased."""
        return self._threads.run(self._private.text, text_id) or ""

    def keep(self, command: Command, state: HallState) -> Command:
        """Put free text where it can be erased; the command goes on with the text's id. Raises ReadOnly."""
        field = FIELDS.get(type(command), "")
        text = getattr(command, field, None)
        if not text:
            return command
        try:
            text_id = self._put(command, text, state)
        except sqlite3.Error as error:
            raise ReadOnly from error
        return msgspec.structs.replace(command, **{field: text_id})

    def _put(self, command: Command, text: str | dict[str, str], state: HallState) -> str:
        if isinstance(command, LeaveNote):
            text_id = self._threads.run(self._private.put, command.text, state.day)
            self._notes[text_id] = command.text
            return text_id
        if isinstance(command, Book):
            day = day_of(state.hall, command.slot).isoformat()
            return self._threads.run(self._private.put, text, day)
        if isinstance(command, ReportDevice):
            return self._threads.run(self._private.put, text)
        texts = {state.hall.hall.languages[0]: text} if isinstance(text, str) else text
        text_id = self._threads.run(self._private.put, wire.encode(texts).decode())
        self._texts[text_id] = texts
        return text_id

    def drop_unused(self, command: Command, events: Sequence[Event]) -> None:
        """Erase the text of a command that was refused, or of a retry whose first text stands in the log."""
        text_id = getattr(command, FIELDS.get(type(command), ""), None)
        if not text_id or any(text_id == getattr(e, field, "") for e in events for field in IN_EVENTS):
            return
        self._texts.pop(text_id, None)
        self._notes.pop(text_id, None)
        # Should this fail, the next start sweeps the text.
        with contextlib.suppress(sqlite3.Error):
            self._threads.run(self._private.erase, text_id)

    def contact(self, booking: str) -> str:
        """Read how to reach who booked; empty when nothing was left, or it was erased."""
        text_id = self._contacts.get(booking)
        return (self._threads.run(self._private.text, text_id) or "") if text_id else ""

    def hear(self, events: Sequence[Event]) -> None:
        """Erase what is of a day that has ended, or of a booking given back; takes what was committed.

        It does not wait.
        """
        for event in events:
            if isinstance(event, DayOpened | DayClosed):
                self._notes.clear()
                before = event.day if isinstance(event, DayOpened) else _after(event.day)
                gevent.spawn(self._quietly, self._private.erase_notes, before)
            elif isinstance(event, HallConfigured) and isinstance(event.hall, Hall):
                self._hall = event.hall
            elif isinstance(event, SlotBooked) and isinstance(event.contact, str):
                self._contacts[event.booking] = event.contact
            elif isinstance(event, SlotMoved | SlotCancelled | SlotLapsed):
                self._hear_of_booking(event)

    def _hear_of_booking(self, event: SlotMoved | SlotCancelled | SlotLapsed) -> None:
        contact = self._contacts.get(event.booking)
        if contact is None:
            return
        if isinstance(event, SlotMoved):
            gevent.spawn(
                self._quietly, self._private.keep_until, contact, day_of(self._hall, event.slot).isoformat()
            )
        else:
            del self._contacts[event.booking]
            gevent.spawn(self._quietly, self._private.erase, contact)

    def _quietly(self, write: Callable[..., None], *said: str) -> None:
        # Should this fail, the next start, or the end of the day, erases it.
        with contextlib.suppress(sqlite3.Error):
            self._threads.run(write, *said)


def _after(day: str) -> str:
    """Give what comes after a day and before the next."""
    return f"{day}~"
