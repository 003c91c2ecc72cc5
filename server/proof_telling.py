"""How far a proof is, while it goes on: a bar on a terminal, lines in a file, JSON for a program."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from protocol import wire

EVERY_SECONDS = 10
"""How often a file is told; a proof that is over sooner says nothing before its end."""

PROGRAM_EVERY_SECONDS = 0.5

Heard = Callable[[int], None]
"""Is told how many events were checked by now."""


@contextmanager
def telling(of: int, *, as_json: bool) -> Iterator[Heard]:
    """Tell how many of so many events were checked, in the way that fits who listens."""
    if as_json:
        yield _seldom(PROGRAM_EVERY_SECONDS, lambda checked: _print_json(checked, of))
    elif not sys.stderr.isatty():
        yield _seldom(EVERY_SECONDS, _lines(of))
    else:
        with click.progressbar(length=of, label="Proving", file=sys.stderr, item_show_func=_speed()) as bar:
            yield lambda checked: bar.update(checked - bar.pos, checked)


def _print_json(checked: int, of: int) -> None:
    print(wire.json.dumps({"checked": checked, "of": of}), flush=True)


def _lines(of: int) -> Heard:
    speed = _speed()

    def tell(checked: int) -> None:
        print(f"{checked * 100 // of} %: {checked} of {of} events, {speed(checked)}.", file=sys.stderr)

    return tell


def _seldom(seconds: float, tell: Heard) -> Heard:
    """Pass on what is told, but not before so many seconds have passed since the last time."""
    last = time.monotonic()

    def heard(checked: int) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            tell(checked)

    return heard


def _speed() -> Callable[[int | None], str]:
    """Make what says how many events a second were checked since now."""
    began = time.monotonic()
    return lambda checked: f"{(checked or 0) / max(time.monotonic() - began, 1e-6):.0f} events a second"
