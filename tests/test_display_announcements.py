"""What the voice says, when, and in how many words: the queue of announcements and their wording."""

import pytest

from display.announcements import BACKLOG_SECONDS, EMERGENCY_SECONDS, Announcement, Announcements, Message
from display.board import Call
from display.wording import spoken_number, wording
from ui.language import Texts


def call(number: str, desk: str = "7", language: str = "az") -> Call:
    """Give a call of today."""
    return Call(number, "2026-11-21", desk, language)


def number(spoken: Announcement | Message | None) -> str:
    """Give the number of a call that is spoken; empty when it is none."""
    return spoken.call.number if isinstance(spoken, Announcement) else ""


@pytest.fixture
def queue() -> Announcements:
    """Give the announcements of a hall whose main language is Azerbaijani."""
    return Announcements("az")


def test_calls_are_spoken_in_order(queue: Announcements) -> None:
    """First called, first spoken; then nothing."""
    queue.add(call("A1"), 0.0)
    queue.add(call("A2"), 1.0)
    spoken = [queue.next(2.0), queue.next(3.0)]
    assert [number(each) for each in spoken] == ["A1", "A2"]
    assert queue.next(4.0) is None
    assert queue.spoken == 2


@pytest.mark.parametrize(
    ("waited", "languages", "has_chime", "is_sentence"),
    [
        pytest.param(0, ("az", "ru"), True, True, id="at once: all of it"),
        pytest.param(7.9, ("az", "ru"), True, True, id="below 8 s: all of it"),
        pytest.param(8, ("az", "ru"), False, True, id="from 8 s: no chime"),
        pytest.param(16, ("ru",), False, True, id="then one language: the visitor's"),
        pytest.param(24, ("ru",), False, False, id="then number and desk only"),
    ],
)
def test_the_longer_a_call_waits_the_shorter_it_is(
    queue: Announcements, waited: float, languages: tuple[str, ...], *, has_chime: bool, is_sentence: bool
) -> None:
    """A zone's speech has a budget: announcements shrink before visitors wait for them."""
    queue.add(call("A1", language="ru"), 100.0)
    expected = Announcement(call("A1", language="ru"), languages, has_chime, is_sentence)
    assert queue.next(100.0 + waited) == expected


@pytest.mark.parametrize("language", ["az", ""])
def test_a_language_is_spoken_once(queue: Announcements, language: str) -> None:
    """A ticket in the hall's main language, or in none, is called in that alone."""
    queue.add(call("A1", language=language), 0)
    spoken = queue.next(0)
    assert isinstance(spoken, Announcement)
    assert spoken.languages == ("az",)


def test_a_call_that_ended_is_not_spoken(queue: Announcements) -> None:
    """It is dropped and counted; a ticket now called to another desk is no longer called to this one."""
    queue.add(call("A1"), 0)
    queue.add(call("A2"), 0)
    queue.add(call("A3", "1"), 0)
    assert queue.keep([call("A2"), call("A3", "2")]) == 2
    assert queue.dropped == 2
    assert number(queue.next(1)) == "A2"
    assert queue.next(1) is None


def test_an_unspoken_call_and_its_recall_are_one_announcement(queue: Announcements) -> None:
    """A recall does not queue twice, and keeps the place of its call."""
    queue.add(call("A1"), 0)
    queue.add(call("A2"), 0)
    queue.add(Call("A1", "2026-11-21", "7", "az", at=9, recalls=1), 5)
    first = queue.next(8)
    assert isinstance(first, Announcement)
    assert (first.call.recalls, first.has_chime) == (1, False)
    assert queue.next(8)
    assert queue.next(8) is None


def test_a_message_waits_until_no_call_does(queue: Announcements) -> None:
    """An announcement never covers a call, also one that comes between its languages; it is spoken once."""
    messages = [Message("Salam", "az", 3, has_chime=True), Message("Hello", "en", 3)]
    queue.say(messages)
    queue.add(call("A1"), 0)
    first = [queue.next(0), queue.next(0)]
    queue.add(call("A2"), 1)
    spoken = [*first, *(queue.next(1) for _ in range(3))]
    assert [number(each) or each for each in spoken] == ["A1", messages[0], "A2", messages[1], None]


def test_a_message_that_is_over_is_not_spoken(queue: Announcements) -> None:
    """A text withdrawn before its turn, or a pause that ended, is silence."""
    queue.say([Message("Salam", "az", 3), Message("Hello", "en", 4)])
    queue.keep_messages({4})
    assert queue.next(0) == Message("Hello", "en", 4)
    assert queue.next(0) is None


def test_an_emergency_goes_before_all_and_comes_again(queue: Announcements) -> None:
    """Each language, a silence to listen to the staff, and again; no call is spoken meanwhile or after it."""
    az, en = Message("Yanğın", "az", 1, has_chime=True), Message("Fire", "en", 1)
    queue.add(call("A1"), 0)
    assert queue.alarm((az, en))
    assert not queue.alarm((az, en)), "no news"
    assert [queue.next(5), queue.next(9), queue.next(13), queue.next(12 + EMERGENCY_SECONDS)] == [
        az,
        en,
        None,
        None,
    ]
    again = 13 + EMERGENCY_SECONDS
    assert [queue.next(again), queue.next(again), queue.next(again)] == [az, en, None]
    assert not queue.alarm(())
    assert queue.next(again + 60) is None


def test_a_backlog_begins_late_and_ends_early(queue: Announcements) -> None:
    """It is told once when a call has waited too long, and once when none waits long."""
    queue.add(call("A1"), 0)
    queue.add(call("A2"), 20)
    times = (0, 10, BACKLOG_SECONDS - 1, BACKLOG_SECONDS, BACKLOG_SECONDS + 1)
    assert [queue.is_news_of_lateness(now) for now in times] == [False, False, False, True, False]
    queue.next(29)
    assert not queue.is_news_of_lateness(29), "the next one has waited for nine seconds"
    queue.next(29)
    assert queue.is_news_of_lateness(29)
    assert not queue.is_late


@pytest.mark.parametrize(
    ("written", "prefixes", "by_digit", "spoken"),
    [
        pytest.param("A105", {}, False, "A, 105", id="prefix and number"),
        pytest.param("A042", {}, False, "A, 0 42", id="zeros in front are spoken"),
        pytest.param("A100", {}, False, "A, 100", id="those behind belong to the number"),
        pytest.param("A000", {}, False, "A, 0 0 0", id="zeros alone"),
        pytest.param("A042", {}, True, "A, 0 4 2", id="by digit"),
        pytest.param("A105", {"A": "ألف"}, False, "ألف, 105", id="the hall says how a prefix is spoken"),
        pytest.param("AB7", {"A": "а", "B": "бэ"}, False, "а бэ, 7", id="letter by letter"),
        pytest.param("VIP7", {"VIP": "vip"}, False, "vip, 7", id="or as a word"),
        pytest.param("A-K3-07", {"A": "ألف", "K": "كاف"}, False, "ألف, كاف, 3, 0 7", id="a kiosk's series"),
        pytest.param("12A", {}, False, "12, A", id="a desk"),
        pytest.param("Ə7", {}, False, "Ə, 7", id="any letter"),
    ],
)
def test_a_number_is_spoken_as_it_is_written(
    written: str, prefixes: dict[str, str], spoken: str, *, by_digit: bool
) -> None:
    """What is heard is what is seen."""
    assert spoken_number(written, prefixes, by_digit=by_digit) == spoken


@pytest.mark.parametrize(
    ("kind", "is_sentence", "text"),
    [
        pytest.param("desk", True, "Ticket A, 0 42, please go to desk 12, A.", id="a sentence"),
        pytest.param("room", True, "Ticket A, 0 42, please go to room 12, A.", id="to a room"),
        pytest.param("window", False, "A, 0 42, window 12, A.", id="number and window only"),
        pytest.param(
            "counter", False, "A, 0 42, desk 12, A.", id="a kind without a word of its own is a desk"
        ),
    ],
)
def test_an_announcement_names_the_kind_of_place(kind: str, text: str, *, is_sentence: bool) -> None:
    """A visitor sent to a window is not sent to a room."""
    announcement = Announcement(call("A042", "12A"), ("en",), is_sentence=is_sentence)
    assert wording(announcement, Texts("en"), kind=kind, prefixes={}, by_digit=False) == text


def test_each_language_has_its_own_prefixes() -> None:
    """Prefixes spoken in Russian are not used in English."""
    prefixes = {"ru": {"A": "а"}}
    announcement = Announcement(call("A1"), ("ru", "en"))
    spoken = [
        wording(announcement, Texts(each), kind="desk", prefixes=prefixes, by_digit=False)
        for each in ("ru", "en")
    ]
    assert ["а, 1" in spoken[0], "A, 1" in spoken[1]] == [True, True]
