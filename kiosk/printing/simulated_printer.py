"""A printer that is not there: it takes bytes, answers as a printer would, and keeps its slips as pictures.

It opens no socket and no port; ``simulated.py`` gives it those. Faults are switched on from outside.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import ClassVar

from PIL import Image

from kiosk.printing.simulated_commands import Command, CommandReader
from kiosk.printing.simulated_paper import LINE_SPACING, Paper, Slip

FAULTS = ("silent", "cut-off", "paper-out", "near-end", "cover-open", "offline")
STOPPING = {"paper-out", "cover-open", "offline"}
WIDTH = 576

PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    32: "cp720",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    37: "cp864",
    38: "cp869",
    39: "iso8859_2",
    40: "iso8859_15",
    44: "cp1125",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
}
"""The code pages of an Epson TM-T20II by their numbers for ``ESC t``, as Python's codecs."""

REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])")
FIXED_BITS = 0b0001_0010
MODULES = range(1, 17)
LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}


class SwitchedOff(Exception):  # noqa: N818 - not an error of the program: somebody pulled the plug
    """The printer lost its power in the middle of what it was doing."""


@dataclass(slots=True)
class Code:
    """A QR code as it is being set up; what is printed is what was stored last."""

    text: str = ""
    dots: int = 3
    level: str = "l"


class Simulator:
    """One simulated printer with 80 mm paper; ``fault`` is one of FAULTS, and begins after so many bytes."""

    def __init__(self, folder: Path | None = None, *, fault: str = "", fault_after: int = 0) -> None:
        """Switch it on; slips are kept in memory, and in the folder if there is one."""
        self.folder = folder
        self.slips: list[Slip] = []
        self._arrived = Condition()
        self._paper = Paper(WIDTH)
        self._reader = CommandReader()
        self._tail = b""
        self._page = 0
        self._code = Code()
        self.break_with(fault, after=fault_after)

    @property
    def fault(self) -> str:
        """Name the fault that the printer has now."""
        return self._fault if self._sound_bytes <= 0 else ""

    @fault.setter
    def fault(self, fault: str) -> None:
        self.break_with(fault)

    def break_with(self, fault: str, *, after: int = 0) -> None:
        """Have this fault from now on, or after some more bytes; an empty one mends the printer."""
        if fault and fault not in FAULTS:
            raise ValueError(f'"{fault}" is no fault: there are {", ".join(FAULTS)}.')
        self._fault, self._sound_bytes = fault, after

    def feed(self, data: bytes) -> bytes:
        """Take bytes as they arrive and give the answer, if any; raises SwitchedOff."""
        with self._arrived:
            sound = data[: self._sound_bytes] if self._fault else data
            said = self._receive(sound)
            self._sound_bytes -= len(data)
            if self.fault == "cut-off":
                self._forget()
                raise SwitchedOff
            return said + self._receive(data[len(sound) :])

    def wait_for_slip(self, count: int, timeout_seconds: float | None) -> Slip:
        """Wait until this many slips are cut, and give the last of them; raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.slips) >= count, timeout_seconds):
                raise TimeoutError(f"{len(self.slips)} slips came in {timeout_seconds} s, not {count}.")
            return self.slips[count - 1]

    def _forget(self) -> None:
        self._reader.clear()
        self._tail = b""
        self._paper = Paper(WIDTH)

    def _receive(self, data: bytes) -> bytes:
        """Answer real-time questions at once, wherever they stand; then work on what is in the buffer."""
        said = self._real_time(data)
        self._reader.add(data)
        self._paper.slip.received += len(data)
        if self.fault not in STOPPING:
            said += b"".join(self._obey(command) for command in self._reader)
        return b"" if self.fault == "silent" else said

    def _real_time(self, data: bytes) -> bytes:
        seen = self._tail + data
        said = b"".join(
            bytes([self._status(found[1][0])])
            for found in REAL_TIME.finditer(seen)
            if found.end() > len(self._tail)
        )
        self._tail = seen[-2:]
        return said

    def _status(self, question: int) -> int:
        bits = {
            1: 0x08 if self.fault in STOPPING else 0,
            2: {"cover-open": 0x04, "paper-out": 0x20}.get(self.fault, 0),
            3: 0,
            4: {"near-end": 0x0C, "paper-out": 0x6C}.get(self.fault, 0),
        }
        return FIXED_BITS | bits[question]

    def _obey(self, command: Command) -> bytes:
        """Do one command; what is none, or out of its published range, is an error on the slip."""
        act = self.ACTIONS.get(command.start)
        if act is None:
            self._remark(f"unknown command {(command.start + command.parameters).hex(' ')}")
            return b""
        return act(self, command.parameters) or b""

    def _remark(self, error: str) -> None:
        self._paper.slip.errors.append(error)

    def _text(self, data: bytes) -> None:
        try:
            self._paper.write(data.decode(PAGES[self._page]))
        except UnicodeDecodeError:
            self._remark(f"page {self._page} has no letters {data.hex(' ')}")

    def _initialise(self, _: bytes) -> None:
        self._page = 0
        self._code = Code()
        self._paper.initialise()

    def _select_page(self, data: bytes) -> None:
        if data[0] not in PAGES:
            self._remark(f"there is no code page {data[0]}")
            return
        self._page = data[0]

    def _resize(self, data: bytes) -> None:
        if data[0] & 0x88:
            self._remark(f"GS ! has no size {data[0]:#04x}")
            return
        self._paper.look.width, self._paper.look.height = (data[0] >> 4) + 1, (data[0] & 7) + 1

    def _justify(self, data: bytes) -> None:
        if data[0] not in {0, 1, 2, 48, 49, 50}:
            self._remark(f"ESC a has no {data[0]}")
            return
        self._paper.look.align = data[0] % 48

    def _embolden(self, data: bytes) -> None:
        self._paper.look.bold = bool(data[0] & 1)

    def _space(self, data: bytes) -> None:
        self._paper.look.spacing = data[0]

    def _space_usually(self, _: bytes) -> None:
        self._paper.look.spacing = LINE_SPACING

    def _feed_line(self, _: bytes) -> None:
        self._paper.feed_line()

    def _feed_lines(self, data: bytes) -> None:
        self._paper.feed_line(data[0] * self._paper.look.spacing)

    def _feed_dots(self, data: bytes) -> None:
        self._paper.feed_line(data[0])

    def _raster(self, data: bytes) -> None:
        if self._paper.is_mid_line:
            self._remark("GS v 0 in the middle of a line")
            return
        mode, across, down = (
            data[0] % 48,
            int.from_bytes(data[1:3], "little"),
            int.from_bytes(data[3:5], "little"),
        )
        if mode > 3 or not across or not down:  # noqa: PLR2004 - normal, wide, high, both
            self._remark(f"GS v 0 has no mode {data[0]} for {across} x {down}")
            return
        dots = Image.frombytes("1", (across * 8, down), bytes(byte ^ 0xFF for byte in data[5:]))
        self._paper.add_picture(
            dots.convert("L").resize((across * 8 * (1 + mode % 2), down * (1 + mode // 2)))
        )

    def _qr(self, data: bytes) -> None:
        """``GS ( k`` for QR (cn = 49): model, side of a module, level, store, print."""
        match list(data[2:]):
            case [49, 65, 49 | 50, 0]:
                pass
            case [49, 67, dots] if dots in MODULES:
                self._code.dots = dots
            case [49, 69, level] if level in LEVELS:
                self._code.level = LEVELS[level]
            case [49, 80, 48, _, *_]:
                self._code.text = data[5:].decode("utf-8", "replace")
            case [49, 81, 48] if self._code.text:
                self._paper.add_code(self._code.text, level=self._code.level, dots=self._code.dots)
            case _:
                self._remark(f"GS ( k has no {data.hex(' ')}")

    def _transmit(self, data: bytes) -> bytes:
        if data[0] not in {1, 2, 49, 50}:
            self._remark(f"GS r has no {data[0]}")
            return b""
        return b"\x03" if data[0] in {1, 49} and self.fault == "near-end" else b"\x00"

    def _cut(self, data: bytes) -> None:
        if data[0] not in {0, 1, 48, 49, 65, 66}:
            self._remark(f"GS V has no {data[0]}")
            return
        if len(data) > 1:
            self._paper.feed_line(data[1])
        slip = self._paper.cut()
        self.slips.append(slip)
        if self.folder:
            self._keep(slip, self.folder)
        self._arrived.notify_all()

    def _keep(self, slip: Slip, folder: Path) -> None:
        """Write the slip as picture, as text, and as data; numbers go on where an earlier run ended."""
        folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem[5:]) for path in folder.glob("slip-[0-9]*.png")), default=0)
        slip.png = folder / f"slip-{number:04}.png"
        slip.picture.save(slip.png)
        facts = {"lines": slip.lines, "codes": slip.codes, "errors": slip.errors, "bytes": slip.received}
        slip.png.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
        slip.png.with_suffix(".txt").write_text("\n".join([*slip.lines, *slip.codes]) + "\n", "utf-8")

    def _ignore(self, _: bytes) -> None:
        """Accept what changes nothing here (underline, font, smoothing) or was done when it arrived."""

    ACTIONS: ClassVar[dict[bytes, Callable[["Simulator", bytes], bytes | None]]] = {
        b"": _text,
        b"\n": _feed_line,
        b"\r": _ignore,
        b"\x10\x04": _ignore,
        b"\x1b-": _ignore,
        b"\x1b2": _space_usually,
        b"\x1b3": _space,
        b"\x1b@": _initialise,
        b"\x1bE": _embolden,
        b"\x1bG": _embolden,
        b"\x1bJ": _feed_dots,
        b"\x1bM": _ignore,
        b"\x1ba": _justify,
        b"\x1bd": _feed_lines,
        b"\x1bt": _select_page,
        b"\x1d!": _resize,
        b"\x1db": _ignore,
        b"\x1dr": _transmit,
        b"\x1dV": _cut,
        b"\x1dv0": _raster,
        b"\x1d(k": _qr,
    }
    """What it does, by command; one that is read and is not here is an error on the slip."""
