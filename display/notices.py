"""What the hall says beside its calls: a pause, announcements, numbers withdrawn, services suspended. Pure.

Folded from the same events as the calls. Hall time comes in with them, so what has its time ends by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from protocol.words import MINUTE, Micros

WITHDRAWN_MICROS: Micros = 10 * MINUTE
"""How long a withdrawn number stands on the boards."""

INTERRUPTED_MICROS: Micros = 30 * MINUTE
"""How long the boards say that the hall was away."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The hall is paused: ``kind`` emergency, outage or break; ``texts`` are its manager's own words."""

    kind: str
    texts: tuple[tuple[str, str], ...] = ()
    since: Micros = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A manager's text for the boards; ``seq`` is what it is withdrawn by."""

    seq: int
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A waiting ticket that the hall took back."""

    number: str
    at: Micros


@dataclass(frozen=True, slots=True)
class Notices:
    """What stands beside the calls; ``suspended`` are pairs of service and reason, both by their ids.

    ``interrupted_at`` is when the hall came back after it was away; 0 when it was not, lately.
    """

    pause: Pause | None = None
    texts: tuple[Text, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    suspended: tuple[tuple[str, str], ...] = ()
    interrupted_at: Micros = 0

    def at(self, now: Micros) -> "Notices":
        """Give what of it still stands at a time of the hall."""
        withdrawn = tuple(each for each in self.withdrawn if now - each.at < WITHDRAWN_MICROS)
        interrupted_at = self.interrupted_at if now - self.interrupted_at < INTERRUPTED_MICROS else 0
        if (withdrawn, interrupted_at) == (self.withdrawn, self.interrupted_at):
            return self
        return replace(self, withdrawn=withdrawn, interrupted_at=interrupted_at)


def read_notices(snapshot: Mapping[str, Any]) -> Notices:
    """Read the notices of a snapshot."""
    pause, outage = snapshot.get("pause"), snapshot.get("outage")
    return Notices(
        pause=Pause(pause["kind"], _pairs(pause), pause["since"]) if pause else None,
        texts=tuple(Text(each["announcement"], _pairs(each)) for each in snapshot.get("announcements", ())),
        withdrawn=tuple(
            Withdrawal(each["ticket"], each["at"])
            for each in sorted(snapshot.get("withdrawn", ()), key=lambda each: each["at"])
        ),
        suspended=tuple(sorted(snapshot.get("suspended_reasons", {}).items())),
        interrupted_at=outage["ended_at"] if outage else 0,
    )


def follow_notices(notices: Notices, events: Iterable[Mapping[str, Any]]) -> Notices:
    """Fold events into the notices."""
    for event in events:
        notices = FOLDS.get(event["type"], _same)(notices, event).at(event["at"])
    return notices


def _paused(notices: Notices, event: Mapping[str, Any]) -> Notices:
    """Show a pause; one that changes its kind or its text began when it began."""
    since = notices.pause.since if notices.pause else event["at"]
    return replace(notices, pause=Pause(event["kind"], _pairs(event), since))


def _resumed(notices: Notices, _event: Mapping[str, Any]) -> Notices:
    return replace(notices, pause=None)


def _interrupted(notices: Notices, event: Mapping[str, Any]) -> Notices:
    return replace(notices, interrupted_at=event["at"])


def _announced(notices: Notices, event: Mapping[str, Any]) -> Notices:
    return replace(notices, texts=(*notices.texts, Text(event["seq"], _pairs(event))))


def _unsaid(notices: Notices, event: Mapping[str, Any]) -> Notices:
    return replace(notices, texts=tuple(each for each in notices.texts if each.seq != event["announcement"]))


def _withdrawn(notices: Notices, event: Mapping[str, Any]) -> Notices:
    """Show a waiting ticket that the hall took back: a cancelled call names its desk, and is no such one."""
    if event.get("desk") or not event.get("reason"):
        return notices
    return replace(notices, withdrawn=(*notices.withdrawn, Withdrawal(event["ticket"], event["at"])))


def _reinstated(notices: Notices, event: Mapping[str, Any]) -> Notices:
    others = tuple(each for each in notices.withdrawn if each.number != event["ticket"])
    return replace(notices, withdrawn=others)


def _suspended(notices: Notices, event: Mapping[str, Any]) -> Notices:
    return replace(
        notices, suspended=tuple(sorted((*_others(notices, event), (event["service"], event["reason"]))))
    )


def _in_service(notices: Notices, event: Mapping[str, Any]) -> Notices:
    return replace(notices, suspended=_others(notices, event))


def _others(notices: Notices, event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(each for each in notices.suspended if each[0] != event["service"])


def _same(notices: Notices, _event: Mapping[str, Any]) -> Notices:
    return notices


FOLDS: dict[str, Callable[[Notices, Mapping[str, Any]], Notices]] = {
    "hall_paused": _paused,
    "hall_resumed": _resumed,
    "outage_noted": _interrupted,
    "announced": _announced,
    "announcement_withdrawn": _unsaid,
    "ticket_cancelled": _withdrawn,
    "ticket_reinstated": _reinstated,
    "service_suspended": _suspended,
    "service_resumed": _in_service,
}
"""What each event does to the notices."""


def _pairs(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Read texts by language in the order given: ``null`` and none at all are the same."""
    return tuple((told.get("texts") or {}).items())
