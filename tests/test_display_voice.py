"""What would be heard: the sound card writes to a file, which is measured."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

from display.announcements import Announcement, Message
from display.board import Call
from display.settings import Settings
from display.sound import RATE, NoVoice, Speaker, chime, silence
from display.voice import PAUSE_SECONDS, Voice
from protocol.link import Events, LinkDown, LinkUp, Snapshot
from protocol.speech import CHIME_SECONDS
from protocol.words import MINUTE
from ui.language import texts
from ui.pauses import INTERRUPTED

DAY = "2026-11-21"
HALL = {
    "languages": ["az", "ru"],
    "desks": [{"number": str(number), "kind": "window"} for number in range(1, 10)],
}

EMPTY = Snapshot({"hall": HALL, "at": 0, "calls": []})
STANDING = Snapshot(
    {
        "hall": HALL,
        "at": 2,
        "calls": [{"ticket": "A105", "day": DAY, "desk": "1", "state": "called", "at": 1, "language": "az"}],
        "announcements": [{"announcement": 7, "texts": {"az": "Salam"}, "zone": None, "at": 1}],
        "pause": {"kind": "break", "since": 1, "texts": None},
        "outage": {"began_at": 0, "ended_at": 1},
    }
)


def called(number: str, seq: int, language: str = "az") -> dict[str, Any]:
    """Give a call, to the desk of its seq."""
    fields = {"ticket": number, "desk": str(seq), "language": language}
    return {"type": "ticket_called", "seq": seq, "at": seq, "day": DAY, **fields}


class Room:
    """A voice whose sound goes to a file, and what it reported."""

    def __init__(self, file: Path, settings: Settings, snapshot: Snapshot) -> None:
        """Start it in a hall."""
        self.file = file
        self.reports: list[tuple[str, str]] = []
        self.voice = Voice(settings, lambda *report: self.reports.append(report))
        self.voice.start()
        self.voice.hear(snapshot)

    def hear(self, *events: dict[str, Any]) -> None:
        """Let events happen."""
        self.voice.hear(Events(list(events)))

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until it is so, at most 15 s."""
        deadline = time.monotonic() + 15
        while not condition():
            assert time.monotonic() < deadline, self.reports
            time.sleep(0.02)

    def wait_until_spoken(self, count: int) -> None:
        """Wait until so many announcements have been played to their end."""
        self.wait_for(lambda: self.voice._announcements.spoken == count)
        self.voice.hear(None)  # taken only when the last announcement has begun
        self.wait_for(lambda: self.voice._inbox.empty() and not pygame.mixer.get_busy())

    def bursts(self) -> list[tuple[float, float]]:
        """Give begin and end, in seconds, of each stretch of sound between two pauses of at least 0.2 s."""
        samples = np.abs(np.frombuffer(self.file.read_bytes(), dtype=np.int16).astype(int))
        loud = np.flatnonzero(samples > 200) / RATE
        if not len(loud):
            return []
        breaks = np.flatnonzero(np.diff(loud) > 0.2)
        starts, ends = np.r_[loud[0], loud[breaks + 1]], np.r_[loud[breaks], loud[-1]]
        return [(float(start), float(end)) for start, end in zip(starts, ends, strict=True)]


@pytest.fixture
def open_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Room]]:
    """Give the way to open rooms whose sound card is a file, ten times as fast as a real one."""
    rooms: list[Room] = []

    def open_one(driver: str = "disk", snapshot: Snapshot = EMPTY) -> Room:
        file = tmp_path / "sound.raw"
        monkeypatch.setenv("SDL_AUDIODRIVER", driver)
        monkeypatch.setenv("SDL_DISKAUDIOFILE", str(file))
        monkeypatch.setenv("SDL_DISKAUDIODELAY", "5")
        rooms.append(Room(file, Settings(volume=100), snapshot))
        return rooms[-1]

    yield open_one
    for room in rooms:
        room.voice.close()


def test_calls_are_heard_one_after_another(open_room: Callable[..., Room]) -> None:
    """Of three calls at once each is heard whole, sample by sample, and begins after the one before."""
    room = open_room()
    room.hear(called("A105", 1), called("B042", 2, "ru"), called("C007", 3))
    room.wait_until_spoken(3)
    sound, end = room.file.read_bytes(), 0
    for number, languages in (("A105", ("az",)), ("B042", ("az", "ru")), ("C007", ("az",))):
        call = Call(number, DAY, {"A": "1", "B": "2", "C": "3"}[number[0]])
        announcement = room.voice._samples(Announcement(call, languages))
        start = sound.find(announcement.strip(bytes(1)), end)
        assert start >= end, f"{number} is heard, alone"
        end = start + len(announcement.strip(bytes(1)))
    assert room.reports == [("ok", "")]
    assert not any(sound[end : end + RATE]), "and then there is silence"


def test_an_announcement_is_a_chime_and_then_each_language() -> None:
    """The parts follow each other with a pause between; under pressure the chime goes first."""
    voice = Voice(Settings(), print)
    voice._speaker = Speaker(140)
    voice._take(EMPTY)
    call = Call("B042", DAY, "2", "ru")
    whole = voice._samples(Announcement(call, ("az", "ru")))
    assert whole.startswith(chime())
    parts = [voice._spoken(Announcement(call, ()), language) for language in ("az", "ru")]
    assert len(set(parts)) == 2
    pause = silence(PAUSE_SECONDS)
    assert whole == pause.join([chime(), *parts, b""])
    assert voice._samples(Announcement(call, ("ru",), has_chime=False)) == parts[1] + pause
    assert len(voice._samples(Announcement(call, ("ru",), has_chime=False, is_sentence=False))) < len(
        parts[1]
    )


def test_a_call_that_ended_is_not_spoken(open_room: Callable[..., Room]) -> None:
    """While the first is spoken the third is answered: it is not spoken, and nothing is wrong."""
    room = open_room()
    room.hear(called("A105", 1), called("B042", 2), called("C007", 3))
    room.wait_for(lambda: room.voice._announcements.spoken == 1)
    room.hear({"type": "service_started", "seq": 4, "at": 4, "day": DAY, "ticket": "C007", "desk": "3"})
    room.wait_until_spoken(2)
    assert room.voice._announcements.dropped == 1
    assert room.reports == [("ok", "")]


PAUSED = {
    "type": "hall_paused",
    "seq": 9,
    "at": 9,
    "day": DAY,
    "kind": "emergency",
    "texts": {"az": "Yanğın!"},
}


def test_an_emergency_speaks_at_once_and_again(
    open_room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It breaks into a call, drops those that wait, and is repeated until the hall goes on."""
    monkeypatch.setattr("display.announcements.EMERGENCY_SECONDS", 0.2)
    monkeypatch.setattr("display.voice.EMERGENCY_CHECK_SECONDS", 0.05)
    room = open_room()
    room.hear(called("A105", 1), called("B042", 2))
    room.wait_for(lambda: bool(pygame.mixer.get_busy()))
    room.hear(PAUSED)
    words = Speaker(140).speak("Yanğın!", "az").strip(bytes(1))
    room.wait_for(lambda: room.file.read_bytes().count(words) >= 2)
    room.hear({"type": "hall_resumed", "seq": 10, "at": 10, "day": DAY, "seconds": 1})
    room.wait_for(lambda: not room.voice._announcements.is_emergency)
    assert room.voice._announcements.spoken == 1
    room.hear(called("C007", 3))
    room.wait_until_spoken(2)


def test_a_restart_speaks_no_old_call_and_no_old_text(open_room: Callable[..., Room]) -> None:
    """What stands when the program begins was spoken before; what comes after is."""
    room = open_room(snapshot=STANDING)
    room.voice.hear(STANDING)
    room.hear(called("B042", 2))
    room.wait_until_spoken(1)
    spoken = room.voice._samples(Announcement(Call("B042", DAY, "2"), ("az",))).strip(bytes(1))
    assert room.file.read_bytes().strip(bytes(1)) == spoken


def test_a_call_heard_of_long_after_it_is_not_spoken() -> None:
    """After an outage of the hall, or of the board's own connection, an old call is shown and not spoken."""
    voice = Voice(Settings(), print)
    voice._take(EMPTY)
    came_back = {
        "type": "outage_noted",
        "seq": 3,
        "at": 20 * MINUTE,
        "day": DAY,
        "began_at": 1,
        "seconds": 1199,
    }
    voice._take(LinkDown("gone"))
    voice._take(Events([called("A105", 1), came_back]))
    sentence = texts("az").gettext(INTERRUPTED)
    assert voice._announcements.next(0) == Message(sentence, "az", 20 * MINUTE, has_chime=True)
    voice._take(LinkDown("gone"))
    voice._heard -= 90
    voice._take(Events([{**called("B042", 2), "at": 20 * MINUTE + 1}]))
    assert not [
        each for each in iter(lambda: voice._announcements.next(0), None) if isinstance(each, Announcement)
    ]
    assert [call.number for call in voice._board.now] == ["B042", "A105"]


def test_a_backlog_of_speech_is_told_and_ended(
    open_room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hall learns that calls wait too long for the voice, once, and then that they no longer do."""
    monkeypatch.setattr("display.announcements.BACKLOG_SECONDS", 0.2)
    monkeypatch.setattr("display.announcements.WAIT_SECONDS", 0.1)
    room = open_room()
    room.hear(called("A105", 1), called("B042", 2), called("C007", 3))
    room.wait_until_spoken(3)
    room.wait_for(lambda: [state for state, _ in room.reports] == ["ok", "backlog", "ok"])


def test_without_espeak_it_chimes(open_room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without espeak-ng one sentence says so, and a call is still a chime."""
    monkeypatch.setenv("PATH", "/nowhere")
    room = open_room()
    room.hear(called("A105", 1))
    room.wait_until_spoken(1)
    assert room.reports == [("fault", "Calls are chimed but not spoken: install the package espeak-ng.")]
    ((start, end),) = room.bursts()
    assert 0.3 < end - start <= CHIME_SECONDS


def test_without_a_sound_card_one_sentence_says_so(
    open_room: Callable[..., Room], capfd: pytest.CaptureFixture[str]
) -> None:
    """The voice stays away; what it is told does no harm, and the sound library keeps its own words."""
    room = open_room("no-such-driver")
    assert capfd.readouterr().err == ""
    assert [state for state, _ in room.reports] == ["fault"]
    assert room.reports[0][1].startswith("Calls are shown but not spoken: no sound card can be opened")
    room.hear(called("A105", 1))
    room.voice.hear(LinkUp("e", 1))


def test_a_language_without_a_voice_is_left_out() -> None:
    """espeak-ng's refusal is one sentence that names the language."""
    speaker = Speaker(140)
    with pytest.raises(NoVoice, match="'tlh-x'"):
        speaker.speak("nuqneH", "tlh-x")
    first = speaker.speak("Bilet A, 105", "az")
    assert len(first) > RATE
    assert speaker.speak("Bilet A, 105", "az") is first


def test_the_chime_is_short_and_not_too_loud() -> None:
    """It lasts as long as planned, ends in silence and does not clip."""
    samples = np.frombuffer(chime(), dtype=np.int16)
    assert len(samples) == int(RATE * CHIME_SECONDS)
    assert 8_000 < np.abs(samples.astype(int)).max() < 32_000
    assert abs(int(samples[-1])) < 300
