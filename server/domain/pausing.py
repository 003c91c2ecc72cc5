"""The hall is paused, and goes on; what happened while its server was away is a pause that nobody chose."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import PauseHall, ResumeHall
from protocol.events import HallPaused, HallResumed, OutageNoted
from protocol.words import SECOND, Micros
from server.domain.asking import Ask
from server.domain.notices import Pause
from server.domain.state import HallState

SILENCE: Micros = 120 * SECOND
"""A start after so long without an event notes an outage."""


def pause_hall(ask: Ask[PauseHall]) -> Iterator[HallPaused]:
    """Call nobody and give no tickets; in a paused hall another kind or text replaces what was said.

    Raises HallClosed.
    """
    ask.must_be_open()
    # The engine has put the text apart: here it is an id.
    text = ask.command.text if isinstance(ask.command.text, str) else ""
    pause = ask.state.pause
    if pause is not None and (pause.kind, pause.text) == (ask.command.kind, text):
        return
    yield HallPaused(kind=ask.command.kind, text=text or UNSET)


def resume_hall(ask: Ask[ResumeHall]) -> Iterator[HallResumed]:
    """Go on; in a hall that is not paused this changes nothing."""
    if ask.state.pause is not None:
        yield resumed(ask.state.pause, ask.at)


def resumed(pause: Pause, at: Micros) -> HallResumed:
    """Give the end of a pause."""
    return HallResumed(seconds=(at - pause.began_at) // SECOND)


def outage(state: HallState, at: Micros) -> OutageNoted:
    """Say that from the last event to ``at`` the server was away."""
    return OutageNoted(began_at=state.at, seconds=(at - state.at) // SECOND)
