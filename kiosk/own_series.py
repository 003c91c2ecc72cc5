"""Issuing without the server: numbers of the kiosk's own series, handed in when the server is back."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from kiosk.hall import Hall
from kiosk.journal import Journal, JournalDamaged, JournalFailed, set_aside
from kiosk.kept import forget, keep, kept
from protocol.commands import MOST_HANDED_IN, Command, HandIn
from protocol.journal import Entry
from protocol.link import Answer, Events, LinkDown, LinkUp, Snapshot, TooManyUnanswered
from protocol.words import MINUTE, SECOND, Micros

SETTLE_SECONDS = 3.0
"""A link that is gone for less is a server that is started anew: the visitor is asked to wait."""

UNSEEN_MICROS: Micros = 10 * MINUTE
"""A visitor whose slip did not come out because the program ended is gone after this time."""


REVOKED = "unknown_token"
"""The server is there, and this kiosk is none of the hall's any more: nothing is issued."""


class OwnSeries:
    """The kiosk's own series. Heard on the link's thread, asked on the screens' thread."""

    def __init__(
        self,
        folder: Callable[[], Path | None],
        send: Callable[[Command], None],
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take where the journal of the present token is (None without one), and the way to the hall."""
        self._folder, self._send, self._tell, self._clock = folder, send, tell, clock
        self._journal: Journal | None = None
        self._opened: Path | None = None
        self._number = self._taken = self._sent = 0
        self._handing = ""
        self._data: dict[str, Any] = {}
        self._is_up = self._is_refused = False
        self._down_since = clock()
        self._offset: Micros | None = None

    # What the screens ask.

    @property
    def is_ready(self) -> bool:
        """Tell whether the hall gave this kiosk's key a number and did not turn it away since."""
        is_known = self._number and self._journal and self._offset is not None
        return bool(is_known) and not self._is_refused

    @property
    def is_settled(self) -> bool:
        """Tell whether the link has been gone for long enough that nobody is asked to wait for it."""
        return self._clock() - self._down_since >= SETTLE_SECONDS

    def now(self) -> Micros:
        """Give hall time: the last that the server told, and what has passed since; 0 before it told one."""
        return 0 if self._offset is None else self._offset + round(self._clock() * SECOND)

    def issue(self, hall: Hall, service: str, class_: str, language: str, quantity: int) -> dict[str, Any]:
        """Write a ticket down, durably, and give it as an event; raises JournalFailed."""
        if not self._journal or not self._number:
            raise JournalFailed("The hall does not know this kiosk's key yet.")
        entry = self._journal.write(
            hall.prefix_of(service, class_),
            self._number,
            at=self.now(),
            service=service,
            class_=class_,
            language=language,
            quantity=quantity,
        )
        self._tell(f"{entry.ticket} was given while the server is away.")
        if self._is_up:  # it came back meanwhile
            self._hand_in()
        return event_of(hall, entry)

    def see_to(self, number: str) -> None:
        """Keep that a slip of the own series needs no second look."""
        if self._journal:
            self._journal.see_to(number)

    def unseen(self) -> list[Entry]:
        """Give what was issued shortly before the program ended, its slip perhaps not printed."""
        return self._journal.unseen(self.now() - UNSEEN_MICROS) if self._journal else []

    def close(self) -> None:
        """Let the journal go: nothing is issued any more."""
        if self._journal:
            self._journal.close()

    # What the link says.

    def hear(self, message: object) -> Snapshot | None:
        """Take a message of the link; gives the hall as it was kept, where there is no other to be had."""
        match message:
            case Snapshot(data):
                self._take(data)
            case LinkUp():
                self._is_up, self._is_refused = True, False
                self._hand_in()
            case LinkDown(_, code):
                if code == REVOKED:
                    self._turned_away()
                if self._is_up:
                    self._is_up, self._down_since = False, self._clock()
                return self._remember()
            case Events(events):
                self._set(max(event["at"] for event in events))
            case Answer(self._handing, answer):
                self._handed_in(answer)
        return None

    def _take(self, data: dict[str, Any]) -> None:
        """Learn the time, and the number that the hall has for this kiosk's key."""
        self._open()
        self._data = data
        if "now" in data:
            self._offset = data["now"] - round(self._clock() * SECOND)
        known = data.get("own_series") or {}
        if self._journal and known.get("key") == self._journal.key:
            if self._journal.fits(known["taken"], known["last"]):
                self._know(known["kiosk"], known["taken"])
                return
            self._begin_anew(self._journal.folder, "The hall has other lines of this kiosk's journal.")
        self._number = self._taken = 0

    def _know(self, number: int, taken: int) -> None:
        """Take the own number, and how many lines the hall has; keep both for a start without the server."""
        journal = self._journal
        if journal is None:
            return
        self._number, self._taken = number, taken
        own = {"kiosk": number, "key": journal.key, "taken": taken}
        keep(journal.folder, {**self._data, "now": self.now(), "own_series": own})

    def _turned_away(self) -> None:
        """Issue nothing until the hall lets this kiosk in again, nor after a start without a server."""
        self._is_refused = True
        if self._journal:
            forget(self._journal.folder)

    def _open(self) -> None:
        """Open the journal of the present token: after a new pairing it is another one."""
        folder = self._folder()
        if folder is None or folder == self._opened:
            return
        self._opened, self._number = folder, 0
        if self._journal:
            self._journal.close()
        try:
            self._journal = Journal(folder)
        except JournalDamaged as damage:
            self._begin_anew(folder, f"{damage}.")
        except JournalFailed as failure:
            self._journal = None
            self._tell(f"{failure}. Without a server this kiosk gives no tickets.")

    def _begin_anew(self, folder: Path, why: str) -> None:
        """Begin another series, of another key: a number could come twice in the one that was."""
        if self._journal:
            self._journal.close()
        self._journal = None
        try:
            aside = set_aside(folder)
            self._journal = Journal(folder)
        except (OSError, JournalFailed) as failure:
            self._tell(
                f"{why} No other can be begun ({failure}): without a server no tickets are given here."
            )
            return
        self._tell(f"{why} It is in {aside} now, and what was not handed in of it is lost: look into it.")

    def _remember(self) -> Snapshot | None:
        """After a start without a server: go on with the hall as it was told last."""
        if self._opened is not None:
            return None
        self._open()
        found = kept(self._journal.folder) if self._journal else None
        if found is None or self._journal is None:
            return None
        data, now = found
        self._data = data
        self._set(max([now, *(entry.at for entry in self._journal.entries[-1:])]))
        self._number, self._taken = data["own_series"]["kiosk"], data["own_series"]["taken"]
        self._tell("The server is away: the hall is as this kiosk was told last.")
        return Snapshot(data)

    def _set(self, at: Micros) -> None:
        """Take a time of the hall: what was said was true when it was said, or before."""
        offset = at - round(self._clock() * SECOND)
        self._offset = offset if self._offset is None else max(offset, self._offset)

    def _hand_in(self) -> None:
        """Say that the kiosk is here, with the next lines that the hall does not have."""
        if not self._journal:
            return
        entries = list(self._journal.after(self._taken, MOST_HANDED_IN))
        command = HandIn(
            id=uuid4().hex, key=self._journal.key, written=len(self._journal.entries), entries=entries
        )
        self._handing = command.id
        self._sent = self._taken + len(entries)
        try:
            self._send(command)
        except TooManyUnanswered:
            self._tell("The journal was not handed in: too much waits to be sent.")

    def _handed_in(self, answer: dict[str, Any]) -> None:
        """Take what became of the lines; hand in the next ones."""
        self._handing, number = "", self._number
        if not answer.get("ok"):
            self._tell(f"The journal was not taken: {answer.get('detail') or answer.get('code')}")
            return
        for event in answer["events"]:
            self._set(event["at"])
            if event["type"] == "kiosk_joined":
                number = event["kiosk"]
            elif event["type"] == "ticket_issued":
                self._tell(f"{event['ticket']} is handed in.")
            elif event["type"] == "entry_refused":
                self._tell(f"{event['ticket']} was not taken in: {event['code']}")
        self._know(number, max(self._taken, self._sent))
        if self._journal and self._taken < len(self._journal.entries):
            self._hand_in()


def event_of(hall: Hall, entry: Entry) -> dict[str, Any]:
    """Give a line as screens and slips know tickets: without a day, a place or a wait, which nobody knows."""
    service = hall.find(entry.service)
    return {
        "type": "ticket_issued",
        "ticket": entry.ticket,
        "day": "",
        "at": entry.at,
        "service": entry.service,
        "queue": service.queue if service else "",
        "class": entry.class_,
        "language": entry.language,
        "quantity": entry.quantity,
        "route": list(service.route) if service else [],
        "offline": True,
    }
