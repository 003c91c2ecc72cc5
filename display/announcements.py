"""Which call the voice speaks next, and in how many words. Pure: the time comes in, in seconds.

One zone has one voice, and a visitor must hear their call while it is news. So the longer the oldest call
has waited for the voice, the shorter the announcements become; and what is no longer called is not spoken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from display.board import Call
from protocol.speech import WAIT_SECONDS

NO_CHIME_SECONDS = WAIT_SECONDS
ONE_LANGUAGE_SECONDS = 2 * WAIT_SECONDS
NUMBER_ONLY_SECONDS = 3 * WAIT_SECONDS


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call to speak now: with a chime or not, in these languages, as a sentence or number and desk only."""

    call: Call
    languages: tuple[str, ...]
    has_chime: bool = True
    is_sentence: bool = True


@dataclass(slots=True)
class Announcements:
    """The calls of one zone that wait for its voice, oldest first.

    ``spoken`` and ``dropped`` count what became of them.
    """

    main_language: str
    spoken: int = 0
    dropped: int = 0
    _waiting: list[tuple[float, Call]] = field(default_factory=list)

    def add(self, call: Call, now: float) -> None:
        """Let a call wait for the voice; a recall takes the place of its unspoken call."""
        for i, (since, other) in enumerate(self._waiting):
            if other.ticket == call.ticket:
                self._waiting[i] = (since, call)
                return
        self._waiting.append((now, call))

    def keep(self, called: Iterable[Call]) -> int:
        """Drop what is no longer called; gives how many that were."""
        tickets = {(call.ticket, call.desk) for call in called}
        kept = [each for each in self._waiting if (each[1].ticket, each[1].desk) in tickets]
        gone = len(self._waiting) - len(kept)
        self._waiting = kept
        self.dropped += gone
        return gone

    def next(self, now: float) -> Announcement | None:
        """Take the oldest call, in the form that its wait leaves time for; None when nothing waits."""
        if not self._waiting:
            return None
        since, call = self._waiting.pop(0)
        self.spoken += 1
        waited = now - since
        return Announcement(
            call,
            self._languages(call, one=waited >= ONE_LANGUAGE_SECONDS),
            has_chime=waited < NO_CHIME_SECONDS,
            is_sentence=waited < NUMBER_ONLY_SECONDS,
        )

    def _languages(self, call: Call, *, one: bool) -> tuple[str, ...]:
        """Give the hall's main language, then the ticket's; of one, the ticket's: the visitor chose it."""
        languages = tuple(dict.fromkeys((self.main_language, call.language or self.main_language)))
        return languages[-1:] if one else languages
