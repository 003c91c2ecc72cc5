"""Folding what happens to the hall itself: desks, services, the day, pauses, announcements, configuration."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET

from protocol import events as e
from protocol.hall import Hall
from protocol.words import HOUR, Micros
from server.domain import evolve_bookings, evolve_floor
from server.domain.epochs import LEAST_SKIPPED
from server.domain.journals import next_number
from server.domain.lanes import NoLanes
from server.domain.notices import Announcement, Pause
from server.domain.state import HallState
from server.domain.ticket import Desk

PAUSES_KEPT: Micros = 48 * HOUR
"""A pause is remembered for as long as a ticket may show it beside its wait."""

JUMPS_KEPT: Micros = 60 * 24 * HOUR
"""A jump above the quota is remembered beyond its time, so that who confirms too late is told so."""


def _desk_opened(state: HallState, event: e.DeskOpened) -> None:
    desk = state.desks[event.desk]
    desk.state, desk.operator, desk.reason, desk.since = "open", event.actor.id, "", event.at
    desk.queues = list(event.queues)
    desk.offer_until, desk.declined, desk.closing = 0, False, None
    state.rearranged()


def _desk_assigned(state: HallState, event: e.DeskAssigned) -> None:
    state.desks[event.desk].queues = list(event.queues)
    state.rearranged()


def _desk_paused(state: HallState, event: e.DeskPaused) -> None:
    desk = state.desks[event.desk]
    desk.state, desk.reason, desk.since = "paused", event.reason, event.at
    desk.offer_until, desk.closing = 0, None
    state.rearranged()


def _desk_closing(state: HallState, event: e.DeskClosing) -> None:
    state.desks[event.desk].closing = list(event.queues)
    state.rearranged()


def _desk_closed(state: HallState, event: e.DeskClosed) -> None:
    desk = state.desks[event.desk]
    desk.state, desk.operator, desk.reason, desk.since = "closed", "", "", event.at
    desk.offer_until, desk.declined, desk.closing = 0, False, None
    state.rearranged()


def _suspended(state: HallState, event: e.ServiceSuspended) -> None:
    state.suspended[event.service] = event.reason


def _resumed(state: HallState, event: e.ServiceResumed) -> None:
    state.suspended.pop(event.service, None)


def _issuing_stopped(state: HallState, event: e.IssuingStopped) -> None:
    state.issuing_stopped = event.reason


def _issuing_resumed(state: HallState, _: e.IssuingResumed) -> None:
    state.issuing_stopped = ""


def _limit_lifted(state: HallState, _: e.ClosingLimitLifted) -> None:
    state.limit_lifted = True


def _day_opened(state: HallState, event: e.DayOpened) -> None:
    if event.day != state.day:
        state.help.clear()
        evolve_floor.no_notes(state)
        evolve_bookings.forget_past(state, event.at)
        state.series.clear()
        state.ratio_made.clear()
        if event.at > state.skipped[1]:
            state.skipped = (0, 0)
        state.ended.clear()
        state.calls.clear()
        state.overtakings.clear()
        since = event.at - PAUSES_KEPT
        state.pauses = [pause for pause in state.pauses if not 0 < pause.ended_at < since]
        for jump in [one for one in state.jumps.values() if one.at < event.at - JUMPS_KEPT]:
            del state.jumps[jump.seq]
        for desk in state.desks.values():
            desk.last_ended = None
        for duration in state.durations.values():
            duration.legs //= 2
            duration.seconds //= 2
    state.day, state.is_open, state.opened_at = event.day, True, event.at
    state.limit_lifted = False
    state.reschedule()


def _day_closing(state: HallState, _: e.DayClosing) -> None:
    state.closing = True
    state.reschedule()


def _day_closed(state: HallState, event: e.DayClosed) -> None:
    state.is_open, state.closing, state.issuing_stopped = False, False, ""
    state.head_due = event.at  # at closing, without delay
    evolve_floor.no_offers(state)
    evolve_floor.no_notes(state)
    state.reschedule()


def _paused(state: HallState, event: e.HallPaused) -> None:
    """Begin a pause; in a hall that is paused already its kind and its text change, not its beginning."""
    text = "" if event.text is UNSET else event.text
    before, until = state.pause, 0 if event.until is UNSET else event.until
    state.last_break = until or state.last_break
    if before is not None:
        state.pauses[-1] = Pause(event.kind, before.began_at, text=text)
        state.reschedule()
        return
    state.pauses.append(Pause(event.kind, event.at, text=text, until=until))
    evolve_floor.no_offers(state)
    state.reschedule()


def _went_on(state: HallState, event: e.HallResumed) -> None:
    pause = state.pause
    if pause is None:
        raise ValueError("hall_resumed in a hall that was not paused")
    state.pauses[-1] = msgspec.structs.replace(pause, ended_at=event.at)
    _hold_longer(state, pause.began_at, event.at)
    state.reschedule()


def _outage_noted(state: HallState, event: e.OutageNoted) -> None:
    """Note an outage as a pause of its own, unless the hall was paused anyway."""
    state.outage = Pause("outage", event.began_at, event.at)
    evolve_floor.ask_desks(state)
    if state.pause is None:
        state.pauses.append(state.outage)
        _hold_longer(state, event.began_at, event.at)
    state.reschedule()


def _hold_longer(state: HallState, began_at: Micros, at: Micros) -> None:
    """Let who was held when the hall paused, or since, be held for as much longer as the pause took of it."""
    for ticket in state.tickets.values():
        if ticket.not_before > began_at:
            state.lanes.leave(ticket)
            ticket.not_before += max(
                0, at - max(began_at, ticket.arrived_at)
            )  # a slot is a time of the clock
            state.lanes.enter(ticket)


def _announced(state: HallState, event: e.Announced) -> None:
    zone = "" if event.zone is UNSET else event.zone
    state.announcements.append(Announcement(event.seq, event.at, event.text, zone))


def _withdrawn(state: HallState, event: e.AnnouncementWithdrawn) -> None:
    state.announcements = [one for one in state.announcements if one.seq != event.announcement]


def _configured(state: HallState, event: e.HallConfigured) -> None:
    if not isinstance(event.hall, Hall):
        raise TypeError("hall_configured in the log has its hall")
    before = state.catalogue.desks
    if event.source == "file":
        state.file_digest = event.digest
    old, state.desks = state.desks, {}
    for facts in event.hall.desk:
        desk = old.pop(facts.number, None) or Desk(number=facts.number, queues=list(facts.queues))
        if facts.number in before and before[facts.number].queues != facts.queues:
            desk.queues = list(facts.queues)
        state.desks[facts.number] = desk
    state.digest = event.digest
    _configure(state, event.hall)


def _configure(state: HallState, hall: Hall) -> None:
    """Put a configuration in force; a ratio that changes begins anew, for those too who wait already."""
    before = state.hall.policy.ratio
    if hall.policy.ratio != before:
        state.ratio_made.clear()
    state.configure(hall)
    if (before or hall.policy.ratio) and not isinstance(state.lanes, NoLanes):
        now = state.lanes.now
        state.with_lanes()
        state.advance(now)


def _clock_changed(state: HallState, event: e.ClockChanged) -> None:
    state.clock_step = event.at, event.step_seconds


def _epoch_begun(state: HallState, event: e.EpochBegun) -> None:
    state.epoch, state.skipped = event.epoch, (event.skipped, event.until)
    state.series = {prefix: number + event.skipped for prefix, number in state.series.items()}
    state.bookings += event.skipped
    state.kiosks_skipped = next_number(state.kiosks, state.kiosks_skipped) - 1 + LEAST_SKIPPED


FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.DeskOpened: _desk_opened,
    e.DeskAssigned: _desk_assigned,
    e.DeskPaused: _desk_paused,
    e.DeskClosing: _desk_closing,
    e.DeskClosed: _desk_closed,
    e.ServiceSuspended: _suspended,
    e.ServiceResumed: _resumed,
    e.IssuingStopped: _issuing_stopped,
    e.IssuingResumed: _issuing_resumed,
    e.ClosingLimitLifted: _limit_lifted,
    e.DayOpened: _day_opened,
    e.DayClosing: _day_closing,
    e.DayClosed: _day_closed,
    e.HallPaused: _paused,
    e.HallResumed: _went_on,
    e.OutageNoted: _outage_noted,
    e.Announced: _announced,
    e.AnnouncementWithdrawn: _withdrawn,
    e.HallConfigured: _configured,
    e.ClockChanged: _clock_changed,
    e.EpochBegun: _epoch_begun,
}
"""One fold an event."""
