"""The voice of a zone: follows the hall on a thread of its own and speaks one announcement after another.

It folds the same events as the screen, so both tell the same numbers. An announcement is one piece of sound
(chime, then each language), played to its end before the next begins: none can overlap.
"""

import contextlib
import itertools
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator

import pygame

from display.announcements import Announcement, Announcements
from display.board import Board, follow, read_board
from display.facts import HallFacts, read_facts
from display.settings import Settings
from display.sound import RATE, NoVoice, Speaker, chime, silence
from display.wording import wording
from protocol.link import Events, Snapshot
from ui.language import texts

PAUSE_SECONDS = 0.25
"""Between chime, languages and announcements."""

CHECK_SECONDS = 0.05
"""How often the voice looks whether the sound has ended."""

log = logging.getLogger("novbe.voice")

Report = Callable[[str, str], None]
"""Tells the hall the voice's state and, as a sentence, what of it."""


class NoAudio(Exception):  # noqa: N818 - a state of the machine, told as a sentence
    """No sound can be played here."""


def open_audio() -> None:
    """Open the sound card; raises NoAudio."""
    try:
        with _without_library_noise():
            pygame.mixer.init(RATE, -16, 1, 1024, allowedchanges=0)
    except pygame.error as error:
        message = f"Calls are shown but not spoken: no sound card can be opened ({error})."
        raise NoAudio(message) from error


@contextlib.contextmanager
def _without_library_noise() -> Iterator[None]:
    """Keep ALSA from writing ten lines of its own to the terminal; our one sentence follows."""
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)


class Voice:
    """Speaks the calls of what it hears. ``hear`` is called from any thread; all else runs on its own."""

    def __init__(self, settings: Settings, report: Report) -> None:
        """Take the board's settings, and where to report to."""
        self._settings, self._report = settings, report
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._closing = threading.Event()
        self._board = Board()
        self._facts = HallFacts()
        self._announcements = Announcements("en")
        self._speaker: Speaker | None = None
        self._chime = chime()
        self._mute: set[str] = set()

    def start(self) -> None:
        """Open the sound card and begin to listen; what is missing is said once, and the rest works."""
        try:
            open_audio()
        except NoAudio as problem:
            self._tell("no_audio", str(problem))
            return
        try:
            self._speaker = Speaker(self._settings.words_per_minute)
        except NoVoice as problem:
            self._tell("chime_only", str(problem))
        else:
            self._report("ok", "")
        self._thread.start()

    def close(self) -> None:
        """Fall silent."""
        self._closing.set()
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        pygame.mixer.quit()

    def hear(self, message: object) -> None:
        """Take what the link posted; a voice that could not start hears nothing."""
        if self._thread.is_alive():
            self._inbox.put(message)

    # What follows runs on the voice's thread.

    def _run(self) -> None:
        channel = pygame.mixer.Channel(0)
        while not self._closing.is_set():
            is_speaking = channel.get_busy() or self._speak_next(channel)
            with contextlib.suppress(queue.Empty):
                self._take(self._inbox.get(timeout=CHECK_SECONDS if is_speaking else None))

    def _take(self, message: object) -> None:
        """Fold a message; its new calls wait for the voice, and those gone wait no more."""
        match message:
            case Snapshot(data):
                self._facts = read_facts(data)
                main = self._settings.language or self._facts.languages[0]
                self._announcements.main_language = main
                board = read_board(data)
            case Events(events):
                board = follow(self._board, events)
            case _:
                return
        for call in board.new_since(self._board):
            self._announcements.add(call, time.monotonic())
        self._board = board
        if gone := self._announcements.keep(board.now):
            self._tell("dropped", f"{gone} calls were not spoken: they ended before the voice came to them.")

    def _speak_next(self, channel: pygame.mixer.Channel) -> bool:
        """Begin the next announcement, if a call waits for one."""
        announcement = self._announcements.next(time.monotonic())
        if announcement is None:
            return False
        sound = pygame.mixer.Sound(buffer=self._samples(announcement))
        sound.set_volume(self._settings.volume / 100)
        channel.play(sound)
        return True

    def _samples(self, announcement: Announcement) -> bytes:
        """Make one announcement whole: chime, then each language, with pauses."""
        pieces = [self._chime] if announcement.has_chime else []
        pieces += [spoken for each in announcement.languages if (spoken := self._spoken(announcement, each))]
        pause = silence(PAUSE_SECONDS)
        return b"".join(itertools.chain.from_iterable((piece, pause) for piece in pieces or [self._chime]))

    def _spoken(self, announcement: Announcement, language: str) -> bytes:
        """Speak in one language; one that has no voice is said once and left out."""
        if self._speaker is None or language in self._mute:
            return b""
        sentence = wording(
            announcement,
            texts(language),
            kind=self._facts.desk(announcement.call.desk).kind,
            prefixes=self._facts.prefixes,
            by_digit=self._settings.by_digit,
        )
        try:
            return self._speaker.speak(sentence, language)
        except NoVoice as problem:
            self._mute.add(language)
            self._tell("language_missing", str(problem))
            return b""

    def _tell(self, state: str, sentence: str) -> None:
        log.warning(sentence)
        self._report(state, sentence)
