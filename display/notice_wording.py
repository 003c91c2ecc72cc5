"""The notices of a board as sentences: on the screen page after page, and for the voice. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from display.announcements import Message
from display.facts import HallFacts
from display.notices import Notices, Pause, Text
from ui.language import Texts, names, texts
from ui.pauses import INTERRUPTED, pause_sentence


@dataclass(frozen=True, slots=True)
class Page:
    """One notice in one language; ``is_warning`` when somebody must do something."""

    text: str
    language: str
    is_warning: bool = False
    is_emergency: bool = False


def pages(notices: Notices, facts: HallFacts, languages: Sequence[str]) -> list[Page]:
    """Give all notices in each language, in the order of their turn; one after another is on the screen."""
    spoken = [texts(language) for language in languages]
    told = [_paused(notices.pause, each) for each in spoken if notices.pause]
    if notices.withdrawn:
        told += [_withdrawn(notices, each) for each in spoken]
    if notices.interrupted_at:
        told += [Page(each.gettext(INTERRUPTED), each.language) for each in spoken]
    for text in notices.texts:
        told += [Page(sentence, language) for language, sentence in _in_order(text, languages)]
    for reason in dict.fromkeys(reason for _, reason in notices.suspended):
        told += [_suspended(notices, reason, facts, each) for each in spoken]
    return told


def _paused(pause: Pause, spoken: Texts) -> Page:
    sentence = pause_sentence({"kind": pause.kind, "texts": dict(pause.texts)}, spoken)
    is_emergency = pause.kind == "emergency"
    return Page(sentence, spoken.language, is_warning=is_emergency, is_emergency=is_emergency)


def _withdrawn(notices: Notices, spoken: Texts) -> Page:
    sentence = spoken.gettext("Withdrawn: {tickets}. Please ask at the information desk.")
    numbers = ", ".join(each.number for each in notices.withdrawn)
    return Page(sentence.format(tickets=numbers), spoken.language, is_warning=True)


def _suspended(notices: Notices, reason: str, facts: HallFacts, spoken: Texts) -> Page:
    """Name the services for which there are no tickets for one reason."""
    main = facts.languages[0]
    services = [
        names(dict(facts.services.get(service, {})), spoken.language, main) or service
        for service, why in notices.suspended
        if why == reason
    ]
    why = names(dict(facts.reasons.get(reason, {})), spoken.language, main) or reason
    sentence = spoken.gettext("No tickets at the moment for: {services}. Reason: {reason}.")
    return Page(sentence.format(services=", ".join(services), reason=why), spoken.language)


def _in_order(text: Text, languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give a manager's text in the hall's languages that it has."""
    by_language = dict(text.texts)
    for language in languages:
        if language in by_language:
            yield language, by_language[language]


def emergency_of(notices: Notices, languages: Sequence[str]) -> tuple[Message, ...]:
    """Give what is spoken of an emergency, each language once; empty when there is none."""
    if notices.pause is None or notices.pause.kind != "emergency":
        return ()
    return tuple(_messages([_paused(notices.pause, texts(each)) for each in languages], notices.pause))


def news_of(notices: Notices, before: Notices, languages: Sequence[str]) -> list[Message]:
    """Give what is spoken once of the notices that are new: a pause, the end of an outage, texts."""
    spoken: list[Message] = []
    if notices.pause and notices.pause != before.pause and notices.pause.kind != "emergency":
        told = [_paused(notices.pause, texts(each)) for each in languages]
        spoken += _messages(told, notices.pause)
    if notices.interrupted_at > before.interrupted_at:
        told = [Page(texts(each).gettext(INTERRUPTED), each) for each in languages]
        spoken += _messages(told, notices.interrupted_at)
    for text in notices.texts:
        if text not in before.texts:
            told = [Page(sentence, language) for language, sentence in _in_order(text, languages)]
            spoken += _messages(told, text)
    return spoken


def standing(notices: Notices) -> set[object]:
    """Give what messages can still be about."""
    return {notices.pause, notices.interrupted_at, *notices.texts}


def _messages(told: Sequence[Page], about: object) -> Iterator[Message]:
    for page in told:
        yield Message(page.text, page.language, about, has_chime=page is told[0])
