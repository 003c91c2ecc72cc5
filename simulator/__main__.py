"""``novbe-simulate``: the command line. Exit status 0 done, 1 finding or refusal, 2 wrong usage."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import tomli_w

from simulator import fit, summary
from simulator.day import Wish, play
from simulator.own import CannotPlay
from simulator.sizes import SIZES
from ui.settings import SettingsMistake

PROGRAM = "novbe-simulate"


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; gives the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        return int(given.carry_out(parser, given))
    except (CannotPlay, SettingsMistake) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe play was ended; what has happened stands in the hall's log.", file=sys.stderr)
        return 1


def _day(parser: argparse.ArgumentParser, given: argparse.Namespace) -> int:
    if bool(given.server) != bool(given.token):
        parser.error("--server and --token belong together")
    if given.server and (given.data or given.hall or given.size):
        parser.error("--server is a hall that is there: --data, --hall and --size make one")
    if bool(given.hall or given.server) != bool(given.demand):
        parser.error("--hall, or --server, needs a --demand, and a demand one of them")
    wish = Wish(
        size=given.size or "M",
        hall=given.hall,
        demand=given.demand,
        server=given.server,
        token=given.token,
        data=given.data,
        seed=given.seed,
        days=given.days,
        speed=given.speed,
        first=given.day,
        begin=given.begin or "",
        end=given.end or "",
    )
    figures = play(wish)
    print(json.dumps(figures, indent=2, ensure_ascii=False) if given.json else summary.text(figures))
    verdict = figures.get("verify")
    if verdict and not given.json:
        print("\n".join(verdict["said"]))
    return 0 if not verdict or verdict["sound"] else 1


def _fit(_: argparse.ArgumentParser, given: argparse.Namespace) -> int:
    account = fit.read_log(given.folder)
    print(f"# Fitted from {account.tickets} tickets of the log in {given.folder}.")
    print(tomli_w.dumps(fit.tables(fit.fit(account))), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="A simulated hall: people and devices that use a real server by its contract.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    day = commands.add_parser(
        "day",
        help="play a hall's day, and tell how it went",
        description="Plays a hall's day: visitors come, operators serve, boards and phones follow. Without"
        " --server it starts a server of its own, in --data or in a folder that is thrown away, and proves"
        " its log in the end.",
    )
    day.add_argument("--size", choices=SIZES, help="a hall of this size (M)")
    day.add_argument("--hall", type=Path, metavar="FILE.toml", help="a hall file of your own")
    day.add_argument("--demand", type=Path, metavar="FILE.toml", help="who comes to it, and who serves them")
    day.add_argument("--server", default="", metavar="URL", help="a hall that is running; with --token")
    day.add_argument("--token", default="", metavar="T", help="its token, of the role integration")
    day.add_argument("--data", type=Path, metavar="DIR", help="where a server of its own keeps the hall")
    day.add_argument("--seed", default="1", metavar="N", help="the same seed gives the same day (1)")
    day.add_argument("--days", type=_days, default=1, metavar="N", help="so many days; 0: without end (1)")
    day.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the first day of a new log"
    )
    day.add_argument(
        "--speed",
        type=_speed,
        default="max",
        metavar="X|max|hall",
        help="times real time; 1 in a server of its own goes by the wall clock; hall: as a demonstration's"
        " page says (max)",
    )
    day.add_argument(
        "--from",
        dest="begin",
        type=_time,
        metavar="HH:MM",
        help="begin in mid-day: what lies before is played at once, or by the wall clock left out",
    )
    day.add_argument("--until", dest="end", type=_time, metavar="HH:MM", help="end before the day does")
    day.add_argument("--json", action="store_true", help="print the summary as JSON")
    day.set_defaults(carry_out=_day)
    fitting = commands.add_parser("fit", help="make a demand file from a hall's own log; prints it")
    fitting.add_argument("folder", type=Path, metavar="DIR", help="the hall's data folder")
    fitting.set_defaults(carry_out=_fit)
    return parser


def _days(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _speed(text: str) -> str:
    if text not in {"max", "hall"} and not 0 < float(text) <= 100_000:  # noqa: PLR2004 - faster is max
        raise ValueError
    return text


def _time(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError
    return text


if __name__ == "__main__":
    sys.exit(main())
