"""What somebody ought to look at now: faults, queues nobody serves, promises missed, calls for help."""

from collections.abc import Iterator, Mapping
from typing import Any

from protocol.words import HOUR, Micros
from server.domain import jumps
from server.domain.state import HallState
from server.domain.stranding import servers
from server.domain.tallies import of_day

FAULTS = frozenset({"fault", "out_of_service"})
"""States of a device that somebody must end."""

FEWEST_CALLS = 10
"""A promise of percents says nothing before so many calls."""

STEP_TOLD: Micros = HOUR
"""How long a step of the wall clock is an alarm."""

Alarm = dict[str, Any]


def alarms(state: HallState, at: Micros, connected: Mapping[str, bool]) -> list[Alarm]:
    """List what is wrong, as ``{kind, subject, since, members}``; ``since`` is None where nobody knows.

    ``connected`` tells of each device of the hall, by its id, whether it is there. Kinds: ``device`` (of a
    device: its kind and state; ``away`` when it is not there), ``speech`` (of a device: announcements wait),
    ``stranded`` (of a queue: waiting), ``target`` (of a service: percent and those promised, minutes, called,
    within), ``help`` (of who asks: request, ticket, day), ``jumps`` (unconfirmed), ``clock`` (step_seconds).
    """
    return [
        *_help(state),
        *_stranded(state),
        *_devices(state, connected),
        *_targets(state),
        *_jumps(state, at),
        *_clock(state, at),
    ]


def _alarm(kind: str, subject: str, since: Micros | None, /, **members: str | int | None) -> Alarm:
    return {"kind": kind, "subject": subject, "since": since, "members": members}


def _help(state: HallState) -> Iterator[Alarm]:
    for call in state.help.values():
        yield _alarm(
            "help",
            call.asker,
            call.at,
            request=call.request,
            ticket=call.ticket or None,
            day=call.day or None,
        )


def _stranded(state: HallState) -> Iterator[Alarm]:
    served = servers(state)
    arrivals: dict[str, list[Micros]] = {}
    for ticket in state.tickets.values():
        if ticket.state == "waiting" and (ticket.queue, ticket.ask) not in served:
            arrivals.setdefault(ticket.queue, []).append(ticket.arrived_at)
    for queue, waiting in sorted(arrivals.items()):
        left = [desk.since for desk in state.desks.values() if queue in desk.queues and desk.state != "open"]
        yield _alarm("stranded", queue, max([min(waiting), *left]), waiting=len(waiting))


def _devices(state: HallState, connected: Mapping[str, bool]) -> Iterator[Alarm]:
    for told in state.devices.values():
        if told.state == "backlog":
            yield _alarm("speech", told.by, told.since, device=told.device)
        elif told.state in FAULTS and connected.get(told.by, True):
            yield _alarm("device", told.by, told.since, device=told.device, kind=told.kind, state=told.state)
    for device, is_there in connected.items():
        if not is_there:
            yield _alarm("device", device, None, kind="device", state="away")


def _targets(state: HallState) -> Iterator[Alarm]:
    tallies = of_day(state)
    for service in state.hall.service:
        tally = tallies.get(service.id)
        if tally is None or tally.called < FEWEST_CALLS:
            continue
        percent = tally.within_target * 100 // tally.called
        if percent < service.target.percent:
            promised = {"minutes": service.target.minutes, "promised": service.target.percent}
            counted = {"called": tally.called, "within": tally.within_target}
            yield _alarm("target", service.id, state.opened_at, percent=percent, **promised, **counted)


def _jumps(state: HallState, at: Micros) -> Iterator[Alarm]:
    waiting = jumps.unconfirmed(state, at)
    if waiting:
        yield _alarm("jumps", "hall", waiting[0].at, unconfirmed=len(waiting))


def _clock(state: HallState, at: Micros) -> Iterator[Alarm]:
    stepped_at, seconds = state.clock_step
    if seconds and at < stepped_at + STEP_TOLD:
        yield _alarm("clock", "hall", stepped_at, step_seconds=seconds)
