"""The summary of a simulated day: one object for programs, one text for people. Pure."""

import statistics
from collections.abc import Iterable
from typing import Any

from simulator.account import Account


def of_account(account: Account) -> dict[str, Any]:
    """Give the figures of the hall itself, from its log."""
    classes: dict[str, list[float]] = {}
    services: dict[str, list[float]] = {}
    for (service, class_), waits in account.waits.items():
        classes.setdefault(class_, []).extend(waits)
        services.setdefault(service, []).extend(waits)
    open_, serving = (
        sum(getattr(desk, name) for desk in account.desks.values()) for name in ("open", "serving")
    )
    return {
        "tickets": account.tickets,
        "calls": account.calls,
        "recalls": account.recalls,
        "ends": dict(sorted(account.ends.items())),
        "unclosed": account.unclosed,
        "jumps": {"calls": account.jumps, "passed_over": account.jumped},
        "overtaken_mean": round(account.overtaken / max(1, account.calls), 2),
        "wait_minutes": _waits(w for waits in classes.values() for w in waits),
        "wait_minutes_by_class": {name: _waits(waits) for name, waits in sorted(classes.items())},
        "wait_minutes_by_service": {
            name: {**_waits(waits), "within_target": _within(waits, account.targets.get(name))}
            for name, waits in sorted(services.items())
        },
        "walk_seconds_p50": round(statistics.median(account.walks), 1) if account.walks else None,
        "utilisation": round(serving / open_, 3) if open_ else None,
        "forecast": _forecast(account),
    }


def _forecast(account: Account) -> dict[str, Any]:
    """Tell the forecast's error in minutes, and the share of waits inside the interval that was told."""
    errors = account.errors
    if not errors:
        return {"tickets": 0}
    return {
        "tickets": len(errors),
        "bias_minutes": round(statistics.fmean(errors) / 60, 2),
        "mean_absolute_error_minutes": round(statistics.fmean(map(abs, errors)) / 60, 2),
        "coverage": round(account.covered / len(errors), 3),
    }


def _waits(seconds: Iterable[float]) -> dict[str, float]:
    """Give count, mean, median, 90th percentile and maximum, in minutes."""
    waits = sorted(seconds)
    if not waits:
        return {"n": 0}
    return {
        "n": len(waits),
        "mean": round(statistics.fmean(waits) / 60, 1),
        "p50": round(percentile(waits, 50) / 60, 1),
        "p90": round(percentile(waits, 90) / 60, 1),
        "max": round(waits[-1] / 60, 1),
    }


def _within(waits: list[float], target: tuple[int, int] | None) -> float | None:
    return round(sum(wait <= target[0] * 60 for wait in waits) / len(waits), 3) if target else None


def percentile(values: list[float], percent: int) -> float:
    """Give the smallest of the sorted values that ``percent`` of them do not exceed (nearest rank)."""
    return values[max(0, -(-len(values) * percent // 100) - 1)]


def spread_ms(seconds: Iterable[float]) -> dict[str, float]:
    """Give p50, p99 and maximum in milliseconds."""
    values = sorted(seconds)
    if not values:
        return {"n": 0}
    return {
        "n": len(values),
        "p50": round(percentile(values, 50) * 1000, 1),
        "p99": round(percentile(values, 99) * 1000, 1),
        "max": round(values[-1] * 1000, 1),
    }


def text(figures: dict[str, Any]) -> str:
    """Tell the summary to a person."""
    waits, forecast = figures["wait_minutes"], figures["forecast"]
    lines = [
        f"{figures['tickets']:,} tickets, {figures['calls']:,} calls; "
        + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in figures["ends"].items())
        + f"; {figures['turned_away']:,} turned away.",
        _wait_line("Waits, all", waits),
        *(_wait_line(f"  {name}", each) for name, each in figures["wait_minutes_by_class"].items()),
        *_longest_services(figures["wait_minutes_by_service"]),
        (
            f"Desks serving {_percent(figures['utilisation'])} of their open time; "
            f"{figures['jumps']['calls']} calls out of turn, past {figures['jumps']['passed_over']} tickets."
        ),
    ]
    if forecast["tickets"]:
        lines.append(
            f"Forecast: off by {forecast['mean_absolute_error_minutes']} minutes in the mean (bias "
            f"{forecast['bias_minutes']:+}); {_percent(forecast['coverage'])} of waits inside what was told."
        )
    return "\n".join([*lines, *_machine(figures)])


def _wait_line(name: str, waits: dict[str, float]) -> str:
    if not waits["n"]:
        return f"{name}: nobody was called."
    return (
        f"{name}: {waits['n']:,} called after {waits['mean']} minutes in the mean, {waits['p50']} median, "
        f"{waits['p90']} for 90 %, {waits['max']} at most."
    )


def _longest_services(services: dict[str, dict[str, Any]]) -> list[str]:
    """Name the services with the longest waits; the JSON has all."""
    longest = sorted(services.items(), key=lambda each: -each[1]["mean"])[:3]
    return [f"  longest: {name}, {each['mean']} minutes ({each['n']:,} called)" for name, each in longest]


def _machine(figures: dict[str, Any]) -> list[str]:
    acks, boards = figures["ack_ms"], figures["board_ms"]
    lines = [
        (
            f"{figures['commands']:,} commands in {figures['wall_seconds']:,.1f} s: "
            f"{figures['times_real_time']:g} times real time. "
            f"Answers after {acks.get('p50', 0)} ms (p99 {acks.get('p99', 0)} ms)."
        )
    ]
    if boards["n"]:
        screens = figures["screens"]
        lines.append(
            f"Calls on the last board after {boards['p50']} ms (p99 {boards['p99']} ms); "
            f"{screens['frames']:,} frames, {screens['gaps']} gaps, {screens['breaks']} broken connections."
        )
    server = figures["server"]
    if server:
        lines.append(
            f"Server: {server['cpu_ms_per_ticket']} ms of processor time a ticket, "
            f"{server['cpu_percent_of_a_core']} % of a core, {server['memory_mb']['last']} MB."
        )
    if figures["refusals"]:
        told = ", ".join(f"{count} {name}" for name, count in figures["refusals"].items())
        lines.append(f"Refused: {told}.")
    return lines


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
