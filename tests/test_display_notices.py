"""What stands on a board beside the calls: from the snapshot or from the events, and for how long."""

from typing import Any

import pytest

from display.facts import HallFacts
from display.notice_wording import Page, news_of, pages, standing
from display.notices import INTERRUPTED_MICROS, WITHDRAWN_MICROS, Notices, follow_notices, read_notices
from protocol.words import MINUTE, Micros

DAY = "2026-11-21"
NOON: Micros = 720 * MINUTE
TEXTS = {"az": "Salam", "en": "Hello"}


def event(type: str, at: Micros = NOON, **fields: Any) -> dict[str, Any]:  # noqa: A002 - its own word
    """Give an event as the board's room hears it."""
    return {"type": type, "seq": 7, "at": at, "day": DAY, **fields}


WITHDRAWN = event("ticket_cancelled", ticket="A012", reason="service_ended")


@pytest.mark.parametrize(
    ("events", "snapshot"),
    [
        pytest.param(
            [event("hall_paused", kind="break", texts=TEXTS)],
            {"pause": {"kind": "break", "since": NOON, "texts": TEXTS}},
            id="a pause",
        ),
        pytest.param(
            [event("hall_paused", kind="break"), event("hall_resumed", seconds=1)],
            {"pause": None},
            id="resumed",
        ),
        pytest.param(
            [event("announced", texts=TEXTS)],
            {"announcements": [{"announcement": 7, "texts": TEXTS, "zone": None, "at": NOON}]},
            id="an announcement",
        ),
        pytest.param(
            [event("announced", texts=TEXTS), event("announcement_withdrawn", announcement=7)],
            {"announcements": []},
            id="an announcement withdrawn",
        ),
        pytest.param(
            [WITHDRAWN],
            {"withdrawn": [{"ticket": "A012", "at": NOON, "reason": "service_ended"}]},
            id="a number withdrawn",
        ),
        pytest.param([event("ticket_cancelled", ticket="A1", desk="7")], {}, id="a desk cancels its own"),
        pytest.param(
            [WITHDRAWN, event("ticket_reinstated", ticket="A012")], {"withdrawn": []}, id="taken back"
        ),
        pytest.param(
            [event("service_suspended", service="passport", reason="payment")],
            {"suspended_reasons": {"passport": "payment"}},
            id="a service suspended",
        ),
        pytest.param(
            [
                event("service_suspended", service="passport", reason="payment"),
                event("service_resumed", service="passport"),
            ],
            {"suspended_reasons": {}},
            id="and resumed",
        ),
        pytest.param(
            [event("outage_noted", began_at=1, seconds=1)],
            {"outage": {"began_at": 1, "ended_at": NOON}},
            id="an outage",
        ),
    ],
)
def test_a_snapshot_and_the_events_say_the_same(
    events: list[dict[str, Any]], snapshot: dict[str, Any]
) -> None:
    """A board that was unplugged shows what the others show."""
    assert follow_notices(Notices(), events) == read_notices(snapshot)


def test_what_has_its_time_ends_by_itself() -> None:
    """A withdrawn number stands for ten minutes, the notice of an outage for thirty."""
    notices = follow_notices(Notices(), [WITHDRAWN, event("outage_noted", began_at=1, seconds=1)])
    assert notices.at(NOON + WITHDRAWN_MICROS - 1) is notices
    assert notices.at(NOON + WITHDRAWN_MICROS).withdrawn == ()
    assert notices.at(NOON + INTERRUPTED_MICROS) == Notices()


def test_a_text_stands_in_the_languages_it_has() -> None:
    """In the hall's order, and no language is shown another one's text."""
    notices = follow_notices(Notices(), [event("announced", texts=TEXTS)])
    assert pages(notices, HallFacts(), ["en", "ru", "az"]) == [Page("Hello", "en"), Page("Salam", "az")]


def test_services_suspended_for_one_reason_are_one_notice() -> None:
    """What has no name is called by its id, so that a board never shows nothing."""
    notices = read_notices({"suspended_reasons": {"a": "lunch", "b": "lunch", "c": "fault"}})
    facts = HallFacts(services={"a": {"en": "Passport"}}, reasons={"lunch": {"en": "Lunch break"}})
    assert [page.text for page in pages(notices, facts, ["en"])] == [
        "No tickets at the moment for: Passport, b. Reason: Lunch break.",
        "No tickets at the moment for: c. Reason: fault.",
    ]


def test_only_what_is_new_is_spoken() -> None:
    """A second text does not bring the first one back, and what stands can be told from what is over."""
    first = follow_notices(Notices(), [event("announced", texts=TEXTS)])
    both = follow_notices(first, [{**event("announced", texts={"en": "Goodbye"}), "seq": 8}])
    assert [message.sentence for message in news_of(both, first, ["az", "en"])] == ["Goodbye"]
    assert [message.has_chime for message in news_of(both, Notices(), ["az", "en"])] == [True, False, True]
    assert standing(both) >= set(both.texts)


def test_a_pause_with_another_text_began_when_it_began() -> None:
    """What was to be said of it before is no longer said."""
    first = follow_notices(Notices(), [event("hall_paused", kind="break")])
    other = follow_notices(first, [event("hall_paused", NOON + 5, kind="break", texts=TEXTS)])
    assert other == read_notices({"pause": {"kind": "break", "since": NOON, "texts": TEXTS}})
    assert not {message.about for message in news_of(first, Notices(), ["en"])} & standing(other)
    assert [message.sentence for message in news_of(other, first, ["en"])] == ["Hello"]
