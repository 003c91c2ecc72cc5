"""A ticket's life in words: one sentence an event, and for each call why it was this ticket's turn."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from protocol import events as e
from protocol.hall import Hall
from protocol.words import MINUTE, SECOND, Micros
from server.domain.refusals import N_

Words = list[tuple[str, dict[str, Any]]]


class Told(msgspec.Struct, frozen=True):
    """A sentence as a msgid with its members, and when it was so."""

    seq: int
    at: Micros
    sentence: str
    members: dict[str, Any]

    def __str__(self) -> str:
        """Give the sentence in English."""
        return self.sentence.format(**self.members)


def explain(hall: Hall, events: Iterable[e.Event]) -> list[Told]:
    """Tell the events of one ticket and the pauses meanwhile, in order; others must be left out before."""
    zone = ZoneInfo(hall.hall.time_zone)
    told, class_, wait = [], "", _Wait()
    for event in events:
        words = _WORDS.get(type(event))
        if isinstance(event, e.TicketIssued | e.ClassChanged):
            if event.class_ == class_:
                words = _class_confirmed
            class_ = event.class_
        if words is not None:
            said = [*words(event, zone), *wait.hear(event)]
            told += [Told(event.seq, event.at, text, members) for text, members in said]
    return told


class _Wait:
    """How long a ticket has waited, and how much of that the hall was paused or its server away."""

    def __init__(self) -> None:
        self.since = self.paused_since = self.paused = 0
        self.pauses: list[tuple[Micros, Micros]] = []

    def hear(self, event: e.Event) -> Words:
        """Follow the events; at a call after a pause, tell both, the wait whole."""
        if isinstance(event, e.TicketIssued) and event.arrived_at is not UNSET:
            self.since = since = event.arrived_at
            self.paused = sum(max(0, ended - max(began, since)) for began, ended in self.pauses)
        elif isinstance(event, e.TicketIssued | e.TicketRequeued | e.TicketTransferred | e.LegBegun):
            if getattr(event, "arrived_at", UNSET) is UNSET:
                self.since, self.paused = max(event.at, getattr(event, "slot", 0)), 0
        elif isinstance(event, e.HallPaused):
            self.paused_since = self.paused_since or event.at
        elif isinstance(event, e.HallResumed):
            self._pause(self.paused_since, event.at)
            self.paused_since = 0
        elif isinstance(event, e.OutageNoted) and not self.paused_since:
            self._pause(event.began_at, event.at)
        elif isinstance(event, e.TicketCalled) and self.paused:
            members = {"waited": (event.at - self.since) // MINUTE, "paused": self.paused // MINUTE}
            text = N_("It had waited {waited} minutes, {paused} of them while nobody was called.")
            return [(text, members)]
        return []

    def _pause(self, began: Micros, ended: Micros) -> None:
        self.paused += ended - max(began, self.since)
        self.pauses.append((began, ended))


def clock(at: Micros, zone: ZoneInfo) -> str:
    """Give a time of day as people of the hall read it; turns may lie on the day before."""
    return datetime.fromtimestamp(at // SECOND, zone).strftime("%Y-%m-%d %H:%M:%S")


def _issued(event: e.TicketIssued, zone: ZoneInfo) -> Words:
    members = {
        "at": clock(event.at, zone),
        "ticket": event.ticket,
        "service": event.service,
        "class": event.class_,
        "ahead": event.ahead,
    }
    if event.place_of is not UNSET:
        members["slot"] = clock(event.place_of, zone)
        text = N_(
            "{at}: {ticket} issued for {service}, class {class}, on a free place of the slot {slot};"
            " {ahead} had an earlier turn."
        )
        return [(text, members)]
    if event.offline is not UNSET:
        return _handed_in(event, event.offline, members, zone)
    if event.desk is UNSET:
        text = N_("{at}: {ticket} issued for {service}, class {class}; {ahead} had an earlier turn.")
        return [(text, members)]
    text = N_(
        "{at}: {ticket} issued at desk {desk}, to which the visitor walked up, for {service}, class {class};"
        " {ahead} had an earlier turn."
    )
    return [(text, {**members, "desk": event.desk})]


def _handed_in(event: e.TicketIssued, offline: e.Offline, members: dict[str, Any], zone: ZoneInfo) -> Words:
    """Tell of a ticket that a kiosk issued by itself, and where it counts not from its line's time."""
    at = event.at if event.arrived_at is UNSET else event.arrived_at
    members |= {"kiosk": offline.kiosk, "entry": offline.entry, "came": clock(at, zone)}
    text = N_(
        "{came}: {ticket} issued by kiosk {kiosk} while the server was away, for {service}, class {class}."
        " Handed in at {at} as entry {entry} of its journal; {ahead} had an earlier turn."
    )
    words: Words = [(text, members)]
    if at != offline.at:
        said = N_("The journal says {said}: the ticket counts from {came}, within the kiosk's contacts.")
        words.append((said, {"said": clock(offline.at, zone), "came": members["came"]}))
    return words


def _entry_refused(event: e.EntryRefused, zone: ZoneInfo) -> Words:
    members = {
        "at": clock(event.at, zone),
        "said": clock(event.offline.at, zone),
        "ticket": event.ticket,
        "kiosk": event.offline.kiosk,
        "code": event.code,
    }
    text = N_(
        "{at}: {ticket}, which kiosk {kiosk} issued at {said} while the server was away, was not taken in"
        " ({code})."
    )
    return [(text, members)]


def _with_route(words: Callable[[Any, ZoneInfo], Words]) -> Callable[[Any, ZoneInfo], Words]:
    """Add to the words of a new ticket which services follow on it."""

    def more(event: e.TicketIssued, zone: ZoneInfo) -> Words:
        said = words(event, zone)
        if event.route is not UNSET:
            said.append((N_("Afterwards it leads to: {services}."), {"services": ", ".join(event.route)}))
        return said

    return more


def _checked_in(event: e.VisitCheckedIn, zone: ZoneInfo) -> Words:
    members = {
        "at": clock(event.at, zone),
        "ticket": event.ticket,
        "service": event.service,
        "class": event.class_,
        "slot": clock(event.slot, zone),
    }
    words: Words = [
        (N_("{at}: {ticket} checked in for {service}, class {class}, booked for {slot}."), members)
    ]
    if event.not_before is not UNSET:
        words.append(
            (N_("Early, so it is not called before {until}."), {"until": clock(event.not_before, zone)})
        )
    return words


def _called(event: e.TicketCalled, zone: ZoneInfo) -> Words:
    members = {"at": clock(event.at, zone), "desk": event.desk, "key": clock(event.key, zone)}
    members["rules"] = event.policy
    text = N_("{at}: called to desk {desk} by the rules “{rules}”; the ticket's key was {key}.")
    if event.actor.kind == "hall":
        text = N_(
            "{at}: called to desk {desk} by the hall itself, by the rules “{rules}”; the ticket's key was"
            " {key}."
        )
    words: Words = [(text, members)]
    others = [head for head in event.heads if head.ticket != event.ticket]
    if event.jumped:
        jump = {"jumped": len(event.jumped), "tickets": ", ".join(event.jumped), "reason": event.reason}
        words.append(
            (N_("A jump, for the reason “{reason}”, past {jumped} with an earlier turn: {tickets}."), jump)
        )
        words += _second_person(event)
    elif others:
        words.append((N_("The desk chose among {heads} heads of its lanes."), {"heads": len(event.heads)}))
        words += [_head(head, zone) for head in others]
    else:
        words.append((N_("No other lane of the desk had anyone to call."), {}))
    if event.ratio is not UNSET and not event.jumped:
        words += _by_ratio(event, event.ratio)
    if event.overtaken:
        text = N_("{overtaken} who had come earlier stayed waiting.")
        words.append((text, {"overtaken": event.overtaken}))
    return words


def _by_ratio(event: e.TicketCalled, ratio: e.RatioStand) -> Words:
    """Say whose turn it was by the ratio, and before whom that put the ticket."""
    text = N_(
        "By the ratio {calls} to 1 it was the turn of one of the others: {made} of the classes it names had"
        " been called since the last of them."
    )
    if ratio.made < ratio.calls:
        text = N_(
            "By the ratio {calls} to 1 it was the turn of the classes it names: {made} of them had been"
            " called since the last of the others."
        )
    words: Words = [(text, {"calls": ratio.calls, "made": ratio.made})]
    before = next((head.turn_of for head in event.heads if head.ticket == event.ticket), UNSET)
    if before is not UNSET:
        words.append((N_("So it went before {ticket}, whose key was smaller."), {"ticket": before}))
    return words


def _second_person(event: e.TicketCalled) -> Words:
    if event.confirmed_by is not UNSET:
        return [(N_("{actor} had confirmed it beforehand."), {"actor": event.confirmed_by})]
    if event.above_quota is not UNSET:
        return [(N_("It was above the day's quota: a second person has to confirm it."), {})]
    return []


def _jump_confirmed(event: e.JumpConfirmed, zone: ZoneInfo) -> Words:
    members = {"at": clock(event.at, zone), "actor": event.actor.id}
    if event.jump is UNSET:
        return [(N_("{at}: {actor} confirmed beforehand that it may be called past others."), members)]
    text = N_("{at}: {actor} confirmed the jump of event {jump}.")
    return [(text, {**members, "jump": event.jump})]


def _head(head: e.Head, zone: ZoneInfo) -> tuple[str, dict[str, Any]]:
    members = {
        "ticket": head.ticket,
        "turn": clock(head.turn, zone),
        "credit": (head.key - head.turn) // MINUTE,
    }
    if head.turn_of is not UNSET:
        text = N_("{ticket} had the turn {turn}, that of {other}, before which the ratio put it.")
        return text, {**members, "other": head.turn_of}
    if head.turn == head.key:
        return N_("{ticket} had the turn {turn}."), members
    return N_("{ticket} had the turn {turn}, with {credit} minutes for the desk's specialty."), members


def _completed(event: e.LegCompleted, zone: ZoneInfo) -> Words:
    members = {
        "at": clock(event.at, zone),
        "service": event.service,
        "desk": event.desk,
        "outcome": event.outcome,
    }
    words: Words = [(N_("{at}: {service} ended at desk {desk}: {outcome}."), members)]
    if event.ends_visit is not UNSET:
        words.append((N_("The desk said that no planned service follows."), {}))
    return words


def _begun(event: e.LegBegun, zone: ZoneInfo) -> Words:
    members = {"at": clock(event.at, zone), "service": event.service, "queue": event.queue}
    if event.to_desk is UNSET:
        return [(N_("{at}: the visit goes on with {service} in queue {queue}."), members)]
    text = N_("{at}: the visit goes on with {service} in queue {queue}, back at desk {desk}.")
    return [(text, {**members, "desk": event.to_desk})]


def _transferred(event: e.TicketTransferred, zone: ZoneInfo) -> Words:
    members = {
        "at": clock(event.at, zone),
        "queue": event.queue,
        "service": event.service,
        "reason": event.reason,
    }
    words: Words = [(N_("{at}: transferred to queue {queue} for {service} ({reason})."), members)]
    if event.back_to is not UNSET:
        words.append((N_("Afterwards it leads back to desk {desk}."), {"desk": event.back_to}))
    return words


def _reinstated(event: e.TicketReinstated, zone: ZoneInfo) -> Words:
    members = {
        "at": clock(event.at, zone),
        "state": event.state,
        "corrects": event.corrects,
        "reason": event.reason,
    }
    return [(N_("{at}: reinstated, {state} again ({reason}); this corrects event {corrects}."), members)]


def _slip_reprinted(event: e.SlipReprinted, zone: ZoneInfo) -> Words:
    members = {"at": clock(event.at, zone), "reason": event.reason}
    if event.copies:
        return [(N_("{at}: copy {copies} of the slip ({reason})."), {**members, "copies": event.copies})]
    return [(N_("{at}: a new slip; those before it are void ({reason})."), members)]


def _told(sentence: str, *fields: str) -> Callable[[Any, ZoneInfo], Words]:
    """Make the words of an event whose sentence only names its fields."""

    def words(event: e.Event, zone: ZoneInfo) -> Words:
        members = {field.rstrip("_"): getattr(event, field) for field in fields}
        return [(sentence, {"at": clock(event.at, zone), **members})]

    return words


def _with_hold(sentence: str, held: str) -> Callable[[Any, ZoneInfo], Words]:
    """Make the words of an event that may hold a ticket back until a time."""

    def words(event: e.TicketParked | e.TicketRequeued, zone: ZoneInfo) -> Words:
        members = {"at": clock(event.at, zone), "desk": event.desk, "reason": event.reason}
        if event.not_before is UNSET:
            return [(sentence, members)]
        return [(held, {**members, "until": clock(event.not_before, zone)})]

    return words


_class_confirmed = _told(N_("{at}: the class {class} was confirmed ({reason})."), "class_", "reason")

_WORDS: dict[type[e.Event], Callable[[Any, ZoneInfo], Words]] = {
    e.TicketIssued: _with_route(_issued),
    e.VisitCheckedIn: _with_route(_checked_in),
    e.TicketCalled: _called,
    e.JumpConfirmed: _jump_confirmed,
    e.TicketRecalled: _told(N_("{at}: recalled to desk {desk}, {recalls} times by then."), "desk", "recalls"),
    e.ServiceStarted: _told(N_("{at}: the service began at desk {desk}."), "desk"),
    e.LegCompleted: _completed,
    e.LegBegun: _begun,
    e.LegAdded: _told(N_("{at}: desk {desk} added {service} to the visit."), "desk", "service"),
    e.LegDropped: _told(N_("{at}: desk {desk} took {service} off the visit."), "desk", "service"),
    e.TicketNoShow: _told(N_("{at}: absent at desk {desk}."), "desk"),
    e.TicketParked: _with_hold(
        N_("{at}: set aside at desk {desk} ({reason})."),
        N_("{at}: set aside at desk {desk} ({reason}) until {until}."),
    ),
    e.TicketRequeued: _with_hold(
        N_("{at}: back to waiting from desk {desk} ({reason})."),
        N_("{at}: back to waiting from desk {desk} ({reason}), not called before {until}."),
    ),
    e.TicketTransferred: _transferred,
    e.TicketCancelled: _told(N_("{at}: withdrawn ({reason})."), "reason"),
    e.TicketAbandoned: _told(N_("{at}: the visitor left.")),
    e.TicketExpired: _told(N_("{at}: still waiting when the day closed.")),
    e.TicketReinstated: _reinstated,
    e.ClassChanged: _told(N_("{at}: the class became {class} ({reason})."), "class_", "reason"),
    e.TicketConfirmed: _told(N_("{at}: after an outage still at desk {desk}."), "desk"),
    e.NoteLeft: _told(N_("{at}: desk {desk} left a note."), "desk"),
    e.SlipReprinted: _slip_reprinted,
    e.SlipPrinted: _told(N_("{at}: the slip: {outcome}."), "outcome"),
    e.ClosingLimitLifted: _told(N_("{at}: tickets were given to the end of the day ({reason})."), "reason"),
    e.EntryRefused: _entry_refused,
    e.HallPaused: _told(N_("{at}: the hall was paused ({kind})."), "kind"),
    e.HallResumed: _told(N_("{at}: the hall went on after {seconds} seconds."), "seconds"),
    e.OutageNoted: _told(N_("{at}: the hall was back after an outage of {seconds} seconds."), "seconds"),
    e.EpochBegun: _told(N_("{at}: the hall went on from a copy of its log ({cause})."), "cause"),
}
