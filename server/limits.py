"""How much one asker may do in a minute of hall time: a finger cannot touch faster, a broken program can.

Systems (``integration``) have no limit, and strangers are counted by where they come from (``tries.py``).
"""

from collections import deque

from protocol.events import Actor
from protocol.words import MINUTE, Micros
from server.domain.refusals import Refusal, TooManyCommands, TooManyIssues, seconds_until

COMMANDS_A_MINUTE = {"visitor": 30, "board": 60, "desk": 60}
"""Role -> commands a minute; a person, and a desk's program in their name, may send more."""

MOST_OF_A_PERSON = 300

COMMANDS_AN_ISSUE = 5
"""A kiosk reports its printer and asks for help besides issuing."""

UNLIMITED = frozenset({"integration", "nobody"})

MOST_ASKERS = 1000


class Window:
    """Counts what each asker did over the last minute."""

    def __init__(self, refusal: type[Refusal]) -> None:
        """Refuse in these words; its sentence has ``seconds``."""
        self._refusal = refusal
        self.stopped: dict[str, Micros] = {}
        self._done: dict[str, deque[Micros]] = {}

    def check(self, asker: str, at: Micros, most: int) -> None:
        """Raise the refusal when an asker has had its ``most`` for this minute."""
        done = self._done.get(asker)
        if done is None:
            return
        while done and done[0] <= at - MINUTE:
            done.popleft()
        if len(done) >= most:
            self.stopped[asker] = at
            raise self._refusal(seconds=seconds_until(done[0] + MINUTE, at))

    def count(self, asker: str, at: Micros) -> None:
        """Count one thing done."""
        if len(self._done) > MOST_ASKERS:
            self._done = {one: done for one, done in self._done.items() if done and done[-1] > at - MINUTE}
        self._done.setdefault(asker, deque()).append(at)


class Limits:
    """What each asker did in the last minute: tickets that a kiosk issued, and commands of all kinds."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self._issues, self._commands = Window(TooManyIssues), Window(TooManyCommands)

    def stopped(self, since: Micros) -> dict[str, Micros]:
        """Give the askers that had too much since then, and when it was last."""
        told = self._commands.stopped | self._issues.stopped
        return {asker: at for asker, at in told.items() if at >= since}

    def command(self, actor: Actor, at: Micros, issues_a_minute: int) -> None:
        """Count a command, done or not; raises TooManyCommands."""
        if actor.role in UNLIMITED:
            return
        kiosks = {"kiosk": COMMANDS_AN_ISSUE * issues_a_minute}
        self._commands.check(actor.id, at, (COMMANDS_A_MINUTE | kiosks).get(actor.role, MOST_OF_A_PERSON))
        self._commands.count(actor.id, at)

    def issue(self, actor: Actor, at: Micros, most: int) -> None:
        """Raise TooManyIssues when a kiosk has had its ``most`` for this minute; others have no limit."""
        if actor.role == "kiosk":
            self._issues.check(actor.id, at, most)

    def issued(self, actor: Actor, at: Micros) -> None:
        """Count one ticket issued."""
        if actor.role == "kiosk":
            self._issues.count(actor.id, at)
