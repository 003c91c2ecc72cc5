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

from display.announcements import Announcement, Announcements, Message
from display.board import Board, follow, read_board
from display.facts import HallFacts, read_facts
from display.notice_wording import emergency_of, news_of, standing
from display.notices import Notices, follow_notices, read_notices
from display.settings import Settings
from display.sound import RATE, NoVoice, Speaker, chime, silence
from display.wording import wording
from protocol.link import Events, LinkDown, Snapshot
from protocol.words import SECOND, Micros
from ui.language import texts

PAUSE_SECONDS = 0.25
"""Between chime, languages and announcements."""

CHECK_SECONDS = 0.05
"""How often the voice looks whether the sound has ended."""

EMERGENCY_CHECK_SECONDS = 1.0
"""How often a silent voice looks whether to speak of an emergency again."""

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
        self._board, self._notices = Board(), Notices()
        self._facts = HallFacts()
        self._announcements = Announcements("en")
        self._speaker: Speaker | None = None
        self._chime = chime()
        self._mute: set[str] = set()
        self._fault = ""
        self._heard = 0.0
        self._is_lost = self._has_begun = False

    def start(self) -> None:
        """Open the sound card and begin to listen; what is missing is said once, and the rest works."""
        try:
            open_audio()
        except NoAudio as problem:
            self._tell_fault(str(problem))
            return
        try:
            self._speaker = Speaker(self._settings.words_per_minute)
        except NoVoice as problem:
            self._tell_fault(str(problem))
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
            self._tell_lateness()
            with contextlib.suppress(queue.Empty):
                self._take(self._inbox.get(timeout=self._patience(is_speaking=is_speaking)))

    def _patience(self, *, is_speaking: bool) -> float | None:
        """Give how long to wait for a message: no longer than until the voice may have to do something."""
        if is_speaking:
            return CHECK_SECONDS
        return EMERGENCY_CHECK_SECONDS if self._announcements.is_emergency else None

    def _take(self, message: object) -> None:
        """Fold a message; its new calls wait for the voice, and those gone wait no more."""
        board, notices = self._board, self._notices
        match message:
            case Snapshot(data):
                self._facts = read_facts(data)
                main = self._settings.language or self._facts.languages[0]
                self._announcements.main_language = main
                self._stand(read_board(data), read_notices(data))
            case Events(events):
                self._stand(follow(board, events), follow_notices(notices, events))
            case LinkDown():
                self._is_lost = True

    def _stand(self, board: Board, notices: Notices) -> None:
        """Take what stands now; what is new in it waits for the voice.

        What stood before this program began was spoken then, or is old; an emergency is spoken all the same.
        """
        if self._has_begun:
            if not (notices.pause and notices.pause.kind == "emergency"):
                for call in board.new_since(self._board, self._now()):
                    self._announcements.add(call, time.monotonic())
            self._announcements.say(news_of(notices, self._notices, self._languages))
        self._board, self._notices = board, notices
        self._has_begun, self._is_lost, self._heard = True, False, time.monotonic()
        self._announcements.keep_messages(standing(notices))
        if gone := self._announcements.keep(board.now):
            log.warning("%d calls were not spoken: they ended before the voice came to them.", gone)
        if self._announcements.alarm(emergency_of(notices, self._languages)):
            pygame.mixer.stop()

    def _now(self) -> Micros:
        """Give the hall's time as far as a break hid it: what was heard last, and the time since."""
        return self._board.at + int((time.monotonic() - self._heard) * SECOND) if self._is_lost else 0

    @property
    def _languages(self) -> list[str]:
        """The hall's languages, the main one first."""
        return list(dict.fromkeys((self._announcements.main_language, *self._facts.languages)))

    def _speak_next(self, channel: pygame.mixer.Channel) -> bool:
        """Begin to speak what is next, if anything is."""
        spoken = self._announcements.next(time.monotonic())
        if spoken is None:
            return False
        samples = self._read_out(spoken) if isinstance(spoken, Message) else self._samples(spoken)
        sound = pygame.mixer.Sound(buffer=samples)
        sound.set_volume(self._settings.volume / 100)
        channel.play(sound)
        return True

    def _read_out(self, message: Message) -> bytes:
        """Make a message whole."""
        spoken, pause = self._said(message.sentence, message.language), silence(PAUSE_SECONDS)
        return (self._chime + pause if message.has_chime else b"") + spoken + pause

    def _samples(self, announcement: Announcement) -> bytes:
        """Make one announcement whole: chime, then each language, with pauses."""
        pieces = [self._chime] if announcement.has_chime else []
        pieces += [spoken for each in announcement.languages if (spoken := self._spoken(announcement, each))]
        pause = silence(PAUSE_SECONDS)
        return b"".join(itertools.chain.from_iterable((piece, pause) for piece in pieces or [self._chime]))

    def _spoken(self, announcement: Announcement, language: str) -> bytes:
        """Speak a call in one language."""
        sentence = wording(
            announcement,
            texts(language),
            kind=self._facts.desk(announcement.call.desk).kind,
            prefixes=self._facts.prefixes,
            by_digit=self._settings.by_digit,
        )
        return self._said(sentence, language)

    def _said(self, sentence: str, language: str) -> bytes:
        """Speak a sentence; a language that has no voice is told once and left out."""
        if self._speaker is None or language in self._mute:
            return b""
        try:
            return self._speaker.speak(sentence, language)
        except NoVoice as problem:
            self._mute.add(language)
            self._tell_fault(str(problem))
            return b""

    def _tell_lateness(self) -> None:
        """Tell the hall when calls begin to wait too long for the voice, and when they no longer do."""
        if not self._announcements.is_news_of_lateness(time.monotonic()):
            return
        if self._announcements.is_late:
            self._report(
                "backlog", "Calls wait too long to be spoken: more zones would have voices of their own."
            )
        else:
            self._report("fault" if self._fault else "ok", self._fault)

    def _tell_fault(self, sentence: str) -> None:
        """Tell the hall what the voice cannot do; it stays so until the program starts again."""
        self._fault = sentence
        log.warning(sentence)
        self._report("fault", sentence)
