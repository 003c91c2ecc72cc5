"""The calls that tell a whole day, one that is over or the one that goes on: its ledger and its figures."""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from io import StringIO
from typing import Any

import msgspec
from flask import Response, request

from protocol import wire
from protocol.words import SECOND
from server.domain.figures import DayFigures
from server.domain.refusals import Malformed
from server.engine import Engine
from server.tries import Tries

LEDGER_SECONDS = 10
"""How long the ledger of a day that goes on is told unchanged: looking through a busy one takes a while."""

FIGURES_SECONDS = 30
"""The same of its figures, for which all events of the day are read."""

DAYS_OF_AN_ADDRESS = "60 per minute"

CSV = "text/csv"

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Days:
    """Answers what is asked about a day; days that are over never change, and are kept."""

    def __init__(self, engine: Engine, tries: Tries) -> None:
        """Slow down who asks for one day after the other."""
        self._engine = engine
        self._kept_ledger = lru_cache(maxsize=32)(lambda day, _: engine.ledger(day))
        self._kept_figures = lru_cache(maxsize=32)(lambda day, _: engine.figures(day))
        limited = tries.of_an_address(DAYS_OF_AN_ADDRESS)
        self.ledger, self.figures = limited(self._ledger), limited(self._figures)

    def _ledger(self) -> dict[str, Any]:
        """Tell what moved the order on a day."""
        day = self._asked_day()
        is_over = day < self._engine.published.day
        return self._kept_ledger(day, 0 if is_over else self._now(LEDGER_SECONDS))

    def _figures(self) -> Response:
        """Tell a day's figures, as JSON or as a table for a spreadsheet."""
        day, form = self._asked_day(), _asked_form()
        state = self._engine.published
        is_over = all(
            day < other for other in (state.day, *(ticket.day for ticket in state.tickets.values()))
        )
        told = self._kept_figures(day, 0 if is_over else self._now(FIGURES_SECONDS))
        if form == "json":
            return Response(wire.encode(told), content_type="application/json")
        response = Response(as_csv(told), content_type=f"{CSV}; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="figures-{day}.csv"'
        return response

    def _asked_day(self) -> str:
        """Give the day that is asked for, or the last; raises Malformed."""
        day = request.args.get("day") or self._engine.published.day
        if day and not _DAY.fullmatch(day):
            raise Malformed(path="$.day", error="A day such as 2026-11-27.")
        return day

    def _now(self, seconds: int) -> int:
        """Give what changes every so many seconds."""
        return self._engine.now() // (seconds * SECOND)


def _asked_form() -> str:
    """Give ``json`` or ``csv``: as the query says, else as the asker accepts; raises Malformed."""
    accepted = request.accept_mimetypes.best_match(["application/json", CSV])
    form = request.args.get("format") or ("csv" if accepted == CSV else "json")
    if form not in {"json", "csv"}:
        raise Malformed(path="$.format", error="json or csv")
    return form


def as_csv(told: DayFigures) -> str:
    """Write a day's figures as a table: the hall, its services, its desks; some cells stay empty."""
    rows = [
        {"day": told.day, "of": "hall", "id": "", **dict(_columns(told.hall))},
        *({"day": told.day, "of": "service", **dict(_columns(line))} for line in told.services),
        *({"day": told.day, "of": "desk", "id": line.number, **dict(_columns(line))} for line in told.desks),
    ]
    written = StringIO()
    columns = [name for name in rows[0] if name != "number"]
    writer = csv.DictWriter(written, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _columns(line: msgspec.Struct, before: str = "") -> Iterator[tuple[str, Any]]:
    """Flatten a line: ``wait`` becomes ``wait_legs``, ``wait_seconds`` and so on."""
    for name in line.__struct_fields__:
        value = getattr(line, name)
        if isinstance(value, msgspec.Struct):
            yield from _columns(value, f"{name}_")
        else:
            yield before + name, value
