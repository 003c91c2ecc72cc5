"""What the terminal shows while a day is played: a few lines that stay in place, or a line now and then."""

import sys
import time
from datetime import UTC, datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from protocol.words import SECOND, Micros
from simulator.play import Play

EVERY_SECONDS = 0.25
LINE_EVERY_SECONDS = 10.0
BAR = 40
MOST_QUEUES = 8
UP = "\x1b[{}A"
CLEAR = "\x1b[K"


class View:
    """Follows a play; on a terminal the lines are drawn over, elsewhere a line is added each ten seconds."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        """Show nothing before ``begin``."""
        self._begin, self._end, self._out = 0, 0, out
        self._is_terminal = out.isatty()
        self._every = EVERY_SECONDS if self._is_terminal else LINE_EVERY_SECONDS
        self._began = self._drawn_at = time.monotonic()
        self._lines = 0

    def begin(self, at: Micros, end: Micros) -> None:
        """Show the time from now on to ``end`` as a bar; ``end`` 0 is a play without end."""
        self._begin, self._end, self._began = at, end, time.monotonic()

    def watch(self, play: Play) -> None:
        """Draw, if the last picture is old enough."""
        now = time.monotonic()
        if not self._begin or now - self._drawn_at < self._every:
            return
        self._drawn_at = now
        if self._is_terminal:
            self._draw(self._picture(play))
        else:
            print(self._head(play), file=self._out, flush=True)

    def leave(self) -> None:
        """Leave the last picture on the screen, and go on below it."""
        self._lines = 0

    def _draw(self, lines: list[str]) -> None:
        text = "".join(f"{line}{CLEAR}\n" for line in lines)
        up = UP.format(self._lines) if self._lines else ""
        below = f"{CLEAR}\n" * max(0, self._lines - len(lines))
        self._out.write(up + text + below)
        self._out.flush()
        self._lines = max(self._lines, len(lines))

    def _picture(self, play: Play) -> list[str]:
        """Give the lines: the clock and a bar, the desks, the queues."""
        states = [operator.state for operator in play.operators.values()]
        queues = sorted(play.floor.waiting.items(), key=lambda each: -len(each[1]))
        longest = max((len(tickets) for _, tickets in queues), default=0) or 1
        return [
            self._head(play),
            f"  [{self._bar(play)}]",
            "  desks: "
            + ", ".join(
                f"{states.count(state)} {state}" for state in ("serving", "called", "idle", "paused", "away")
            ),
            *(
                f"  {queue:>3} {len(tickets):>5} {'▇' * (len(tickets) * BAR // longest)}"
                for queue, tickets in queues[:MOST_QUEUES]
            ),
        ]

    def _head(self, play: Play) -> str:
        clock = datetime.fromtimestamp(play.at // SECOND, UTC).astimezone(ZoneInfo(play.facts.time_zone))
        passed, took = (play.at - self._begin) / SECOND, time.monotonic() - self._began
        refused = sum(play.refusals.values())
        return (
            f"{clock:%a %Y-%m-%d %H:%M:%S}  {passed / max(0.001, took):,.0f} times real time  "
            f"{play.floor.count:,} waiting  {play.ended:,} done  {refused:,} refused"
        )

    def _bar(self, play: Play) -> str:
        if not self._end:
            return "·" * BAR
        share = (play.at - self._begin) / max(1, self._end - self._begin)
        filled = max(0, min(BAR, round(share * BAR)))
        return "█" * filled + "·" * (BAR - filled)
