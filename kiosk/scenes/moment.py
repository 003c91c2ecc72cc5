"""One moment, please: a command is on its way, and its answer decides what is shown next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.facts import Service
from kiosk.known import Known
from kiosk.paint import Part
from kiosk.scenes.answers import NO_ANSWER, NO_LINK, Sorry
from kiosk.scenes.screen import LABEL, TITLE, Screen
from kiosk.scenes.thanks import Thanks
from protocol.link import Answer, LinkDown, TooManyUnanswered
from ui.scene import Scene

QUICK_SECONDS = 0.4
"""An answer that comes within this time needs no screen of its own."""

ISSUED = ("ticket_issued", "visit_checked_in")
"""The events that give a ticket."""

Otherwise = Callable[[Screen, dict[str, Any]], Scene]
"""What follows an answer that gives no ticket: it takes the screen and the answer."""


def ask(
    screen: Screen,
    send: Callable[[], str],
    otherwise: Otherwise,
    instead: Callable[[Screen], Scene] | None = None,
) -> Scene:
    """Send a command, and wait for its answer; ``send`` gives its id.

    ``instead`` is what can be done where the server stays away.
    """
    known, language = screen.known, screen.language
    if not known.is_linked and not (instead and known.issues_itself):
        return Sorry(known, language, why=NO_LINK)
    try:
        command_id = send()
    except TooManyUnanswered:
        return Sorry(known, language, why=NO_LINK)
    return OneMoment(
        known,
        language,
        command_id=command_id,
        behind=screen,
        otherwise=otherwise,
        instead=instead,
        was_linked=known.is_linked,
    )


@dataclass(frozen=True, kw_only=True)
class OneMoment(Screen):
    """The command is on its way: nothing to touch, so that nobody asks twice, and an end to the waiting.

    A command that was never sent (not ``was_linked``) is given up as soon as the server is away for good; one
    that was sent may have been done, so it is waited for first.
    """

    command_id: str
    behind: Screen
    otherwise: Otherwise = field(compare=False)
    instead: Callable[[Screen], Scene] | None = field(default=None, compare=False)
    was_linked: bool = True
    is_broken: bool = False
    waited_seconds: float = field(default=0.0, compare=False)
    is_slow: bool = False

    def parts(self) -> Sequence[Part]:
        """Ask for patience; while the answer is only just not there yet, show the screen as it was."""
        if not self.is_slow:
            return self.behind.parts()
        t, place = self.t, self.known.layout
        upper, lower = place.stacked(place.whole.inflate(-place(16), 0), 16, 18)
        sentence = t.gettext("The connection was lost. Your request is kept: please wait.")
        return [
            Part(upper, self.words(t.gettext("One moment, please"), TITLE, bold=True, align="middle")),
            Part(lower, self.words(sentence if self.is_broken else "", LABEL, align="middle")),
        ]

    def touch(self, x: int, y: int) -> Scene:  # noqa: ARG002 - nothing here can be touched
        """Stay: it is already asked for."""
        return self

    def tick(self, seconds: float) -> Scene:
        """Give up after a bounded time, and ask the hall no more."""
        waited = self.waited_seconds + seconds
        own = self.known.counter.own
        is_away = own is not None and own.is_settled and not self.was_linked
        if waited >= self.known.settings.answer_seconds or (self.known.issues_itself and is_away):
            self.known.counter.forget(self.command_id)
            if self.instead and self.known.issues_itself:
                return self.instead(self)
            return Sorry(self.known, self.language, why=NO_ANSWER)
        return self._with(waited_seconds=waited, is_slow=waited >= QUICK_SECONDS)

    def see(self, message: object) -> Scene:
        """Take the answer to this command."""
        match message:
            case Answer(self.command_id, answer):
                return self._answered(answer)
            case LinkDown():
                return self._with(known=self.known.after(message), is_broken=True)
        return super().see(message)

    def resumed(self, known: Known) -> Scene:
        """Wait on, whatever else happens: the answer decides."""
        return self._with(known=known, was_linked=self.was_linked or known.is_linked)

    def _answered(self, answer: dict[str, Any]) -> Scene:
        for event in answer.get("events", []):
            if event["type"] in ISSUED:
                service = self.hall.find(event["service"]) or Service(event["service"], {})
                thanks = Thanks(self.known, self.language, service=service, issued=event)
                return thanks.with_slip()
        return self.otherwise(self, answer)
