"""``novbe-simulate fit``: a demand file from a hall's own log, so that its own days can be played again.

What a log cannot tell keeps its default: sessions at the kiosk, rolls of paper, who would have left later.
"""

import sqlite3
import statistics
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from protocol import wire
from protocol.words import MINUTE, SECOND, Micros
from simulator.account import Account, DeskTime
from simulator.demand import (
    WEEKDAYS,
    Arrivals,
    Break,
    ClassDemand,
    Demand,
    DeskDemand,
    Kiosks,
    Operators,
    Route,
    ServiceDemand,
    Visitors,
)
from simulator.own import CannotPlay

LOG = "hall.db"
SAME_BREAK_MINUTES = 30

FEW = 5
"""With fewer services than this a desk's own speed is chance."""


def read_log(folder: Path) -> Account:
    """Account a data folder's log, beside its server or without; raises CannotPlay."""
    path = folder / LOG
    if not path.is_file():
        raise CannotPlay(f"There is no log in {folder}: name a hall's data folder.")
    account = Account()
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        account.take(
            wire.plain(body.encode()) for (body,) in db.execute("SELECT body FROM events ORDER BY seq")
        )
        db.close()
    except (sqlite3.Error, ValueError) as error:
        raise CannotPlay(f"The log in {folder} cannot be read ({error}): put a copy in its place.") from error
    if not account.tickets:
        raise CannotPlay(f"The log in {folder} has no tickets: there is nothing to fit.")
    account.finish()
    return account


def fit(account: Account) -> Demand:
    """Give the demand that a log shows."""
    zone = ZoneInfo(account.zone)
    return Demand(
        arrivals=_arrivals(account, zone),
        service=_services(account),
        class_=_classes(account),
        languages=_shares(language for _, _, _, language in account.issues),
        visitors=_visitors(account),
        operators=_operators(account, zone),
        desk=_desks(account),
        break_=_breaks(account, zone),
        kiosks=Kiosks(count=max(1, len(account.kiosks))),
        route=_routes(account),
    )


def tables(demand: Demand) -> dict[str, Any]:
    """Give a demand as TOML's tables."""
    plain: dict[str, Any] = msgspec.to_builtins(demand)
    return plain


def _local(at: Micros, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(zone)


def _arrivals(account: Account, zone: ZoneInfo) -> Arrivals:
    times = [_local(at, zone) for at, *_ in account.issues]
    half_hours = Counter(f"{time.hour:02}:{time.minute // 30 * 30:02}" for time in times)
    days = Counter(time.date() for time in times)
    by_weekday: dict[str, list[int]] = {}
    for day, count in days.items():
        by_weekday.setdefault(WEEKDAYS[day.weekday()], []).append(count)
    means = {name: statistics.fmean(counts) for name, counts in by_weekday.items()}
    around = [count / means[WEEKDAYS[day.weekday()]] for day, count in days.items()]
    spread = statistics.pstdev(around) if len(around) > 1 else 0.0
    return Arrivals(
        visitors={name: round(means[name], 1) for name in WEEKDAYS if name in means},
        half_hours={clock: float(count) for clock, count in sorted(half_hours.items())},
        variation=round(min(1.0, spread), 3),
    )


def _services(account: Account) -> list[ServiceDemand]:
    wanted = Counter(service for _, service, _, _ in account.issues)
    seconds = _by_service(account)
    names = sorted({*wanted, *seconds}, key=lambda name: (-wanted[name], name))
    return [_service(name, wanted[name], seconds.get(name, []), account) for name in names]


def _service(name: str, wanted: int, seconds: list[float], account: Account) -> ServiceDemand:
    sent = {then: count for (service, then), count in account.transfers.items() if service == name}
    then = max(sent, key=lambda each: (sent[each], each), default="")
    more: dict[str, Any] = {}
    if len(seconds) > 1:
        mean = statistics.fmean(seconds)
        more = {
            "minutes": round(max(mean, 1) / 60, 2),
            "variation": round(statistics.pstdev(seconds) / max(mean, 1), 2),
        }
    if then:
        more |= {"then": then, "sent_on": round(min(1.0, sent[then] / max(1, wanted)), 3)}
    return ServiceDemand(id=name, share=float(wanted), **more)


def _routes(account: Account) -> list[Route]:
    wanted = Counter(service for _, service, _, _ in account.issues)
    return [
        Route(services=list(way), share=round(count / wanted[way[0]], 3))
        for way, count in sorted(account.routes.items())
    ]


def _by_service(account: Account) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for (service, _), seconds in account.services.items():
        found.setdefault(service, []).extend(seconds)
    return found


def _classes(account: Account) -> list[ClassDemand]:
    counts = Counter(class_ for _, _, class_, _ in account.issues)
    return [
        ClassDemand(id=name, share=round(count / account.tickets, 4))
        for name, count in sorted(counts.items())
        if name != "none"
    ]


def _shares(words: Any) -> dict[str, float]:
    return {name: float(count) for name, count in Counter(words).most_common()}


def _visitors(account: Account) -> Visitors:
    """Take patience as all time waited over the number who left: the estimate for a law that is cut off."""
    waited = sum(map(sum, account.waits.values())) + sum(account.left_after)
    left = account.ends["abandoned"] + account.ends["no_show"]
    return Visitors(
        walk_seconds=round(max(1.0, statistics.fmean(account.walks)), 1) if account.walks else 30.0,
        patience_minutes=round(waited / account.ends["abandoned"] / 60, 1)
        if account.ends["abandoned"]
        else 0.0,
        says_so=1.0,
        absent=round(account.ends["no_show"] / max(1, account.calls), 4) if left else 0.0,
    )


def _operators(account: Account, zone: ZoneInfo) -> Operators:
    begins = sorted(_minutes(begin, zone) for desk in account.desks.values() for begin, _ in desk.spells)
    ends = sorted(_minutes(end, zone) for desk in account.desks.values() for _, end in desk.spells)
    if not begins:
        return Operators()
    return Operators(
        begin=_clock(begins[len(begins) // 2]), end=_clock(ends[len(ends) // 2]), speed_variation=0.0
    )


def _desks(account: Account) -> list[DeskDemand]:
    """Give each desk's speed: the mean of all over its own, by service, weighed by how many it served."""
    means = {name: statistics.fmean(seconds) for name, seconds in _by_service(account).items()}
    own: dict[str, list[tuple[float, int]]] = {}
    for (service, desk), seconds in account.services.items():
        ratio = means[service] / max(1.0, statistics.fmean(seconds))
        own.setdefault(desk, []).append((ratio, len(seconds)))
    return [_desk(number, account.desks[number], own.get(number, [])) for number in sorted(account.desks)]


def _desk(number: str, desk: DeskTime, speeds: list[tuple[float, int]]) -> DeskDemand:
    served = sum(count for _, count in speeds)
    if served < FEW:
        return DeskDemand(number=number, is_staffed=bool(desk.open))
    return DeskDemand(number=number, speed=round(sum(ratio * count for ratio, count in speeds) / served, 3))


def _breaks(account: Account, zone: ZoneInfo) -> list[Break]:
    """Give the pauses that most desks have: those that begin soon after one another are one."""
    pauses = sorted(
        (_minutes(begin, zone), (end - begin) / MINUTE)
        for desk in account.desks.values()
        for begin, end in desk.pauses
    )
    groups: list[list[tuple[int, float]]] = []
    for pause in pauses:
        if groups and pause[0] - groups[-1][-1][0] <= SAME_BREAK_MINUTES:
            groups[-1].append(pause)
        else:
            groups.append([pause])
    days = {_local(at, zone).date() for at, *_ in account.issues}
    enough = len(account.desks) * len(days) / 2
    return [
        Break(
            earliest=_clock(group[0][0]),
            latest=_clock(group[-1][0]),
            minutes=round(statistics.fmean(minutes for _, minutes in group), 1),
        )
        for group in groups
        if len(group) >= enough
    ]


def _minutes(at: Micros, zone: ZoneInfo) -> int:
    time = _local(at, zone)
    return time.hour * 60 + time.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
