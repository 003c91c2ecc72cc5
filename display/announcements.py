"""What the voice speaks next, and in how many words. Pure: the time comes in, in seconds.

One zone has one voice, and a visitor must hear their call while it is news. So the longer the oldest call
has waited for the voice, the shorter the announcements become; and what is no longer called is not spoken.
An emergency goes before all else, again and again; what else the hall has to say waits for its calls.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from display.board import Call
from protocol.speech import WAIT_SECONDS

NO_CHIME_SECONDS = WAIT_SECONDS
ONE_LANGUAGE_SECONDS = 2 * WAIT_SECONDS
NUMBER_ONLY_SECONDS = 3 * WAIT_SECONDS

BACKLOG_SECONDS = NUMBER_ONLY_SECONDS
"""A call that waits so long for the voice is a backlog; it ends when none waits for WAIT_SECONDS."""

EMERGENCY_SECONDS = 15.0
"""The silence between two rounds of an emergency: time to listen to the staff."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call to speak now: with a chime or not, in these languages, as a sentence or number and desk only."""

    call: Call
    languages: tuple[str, ...]
    has_chime: bool = True
    is_sentence: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the hall in one language; once what it is ``about`` is over, it is not spoken."""

    sentence: str
    language: str
    about: object
    has_chime: bool = False


@dataclass(slots=True)
class Announcements:
    """The calls of one zone that wait for its voice, oldest first, and the hall's messages after them.

    ``spoken`` and ``dropped`` count what became of the calls; ``is_late`` while there is a backlog.
    """

    main_language: str
    spoken: int = 0
    dropped: int = 0
    is_late: bool = False
    _waiting: list[tuple[float, Call]] = field(default_factory=list)
    _messages: list[Message] = field(default_factory=list)
    _emergency: tuple[Message, ...] = ()
    _round: list[Message] = field(default_factory=list)
    _round_due: float = 0.0

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

    def say(self, messages: Iterable[Message]) -> None:
        """Let messages wait until no call does."""
        self._messages += messages

    def keep_messages(self, about: Container[object]) -> None:
        """Drop the messages that are about something else: it is over."""
        self._messages = [each for each in self._messages if each.about in about]

    @property
    def is_emergency(self) -> bool:
        """Whether there is an emergency to speak of."""
        return bool(self._emergency)

    def alarm(self, messages: tuple[Message, ...]) -> bool:
        """Speak of an emergency from now on, or with no messages no more; whether that is news.

        Nobody is sent to a desk meanwhile: the calls that wait are not spoken.
        """
        if messages:
            self._waiting.clear()
        if messages == self._emergency:
            return False
        self._emergency, self._round, self._round_due = messages, list(messages), 0.0
        return bool(messages)

    def is_news_of_lateness(self, now: float) -> bool:
        """Judge whether calls wait too long for the voice; whether the judgement changed."""
        wait = now - self._waiting[0][0] if self._waiting else 0.0
        was_late, limit = self.is_late, WAIT_SECONDS if self.is_late else BACKLOG_SECONDS
        self.is_late = wait >= limit
        return self.is_late != was_late

    def next(self, now: float) -> Announcement | Message | None:
        """Take what to speak now; None when nothing waits, or an emergency is silent for a while."""
        if self._emergency:
            return self._of_emergency(now)
        if self._waiting:
            return self._oldest_call(now)
        return self._messages.pop(0) if self._messages else None

    def _of_emergency(self, now: float) -> Message | None:
        """Take the next message of this round; after the last one a silence begins."""
        if not self._round and not self._round_due:
            self._round_due = now + EMERGENCY_SECONDS
        if not self._round and now >= self._round_due:
            self._round = list(self._emergency)
        if not self._round:
            return None
        self._round_due = 0.0
        return self._round.pop(0)

    def _oldest_call(self, now: float) -> Announcement:
        """Take the oldest call, in the form that its wait leaves time for."""
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
