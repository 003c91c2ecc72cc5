"""The simulated printer as a program, with a network port or a serial line of its own.

``python -m kiosk.printing.simulated --tcp 9100 --folder OUT`` serves demonstrations, training and tests.
"""

import argparse
import os
import select
import socket
import sys
import termios
import tty
from abc import ABC, abstractmethod
from pathlib import Path
from threading import Event, Thread
from time import sleep
from types import TracebackType
from typing import Self

from kiosk.printing.simulated_printer import FAULTS, Simulator, SwitchedOff

__all__ = ["PtyFace", "Simulator", "TcpFace", "main"]

CHUNK = 4096
LISTEN_SECONDS = 0.1
PACED_BYTES = 16
BITS_A_BYTE = 10


class Face(ABC):
    """Serves one simulated printer on a thread of its own; ``url`` is where. ``baud`` paces what it takes."""

    url: str

    def __init__(self, simulator: Simulator, *, baud: int = 0) -> None:
        self._simulator = simulator
        self._baud = baud
        self._closing = Event()
        self._thread = Thread(target=self._serve, name="simulated printer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the thread and close the line."""
        self._closing.set()
        self._thread.join()

    @abstractmethod
    def _serve(self) -> None:
        """Take what comes until ``_closing`` is set."""

    def _waits(self, line: int) -> bool:
        """Wait a little for something to read."""
        return bool(select.select([line], [], [], LISTEN_SECONDS)[0])

    @property
    def _chunk(self) -> int:
        return PACED_BYTES if self._baud else CHUNK

    def _answer(self, data: bytes) -> bytes:
        """Feed the printer, no faster than its line would."""
        if self._baud:
            sleep(len(data) * BITS_A_BYTE / self._baud)
        return self._simulator.feed(data)


class TcpFace(Face):
    """A network printer: one caller at a time, as real ones have it."""

    def __init__(
        self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0, baud: int = 0
    ) -> None:
        """Listen at once; port 0 takes a free one."""
        super().__init__(simulator, baud=baud)
        self._listener = socket.create_server((host, port))
        self.url = f"tcp://{host}:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        with self._listener:
            while not self._closing.is_set():
                if self._waits(self._listener.fileno()):
                    caller, _ = self._listener.accept()
                    with caller:
                        self._talk(caller)

    def _talk(self, caller: socket.socket) -> None:
        try:
            while not self._closing.is_set():
                if not self._waits(caller.fileno()):
                    continue
                if not (data := caller.recv(self._chunk)):
                    return
                caller.sendall(self._answer(data))
        except (OSError, SwitchedOff):
            return


class PtyFace(Face):
    """A serial printer on a pseudo terminal; without power, the line hangs up."""

    def __init__(self, simulator: Simulator, *, baud: int = 0) -> None:
        """Open the line at once."""
        super().__init__(simulator, baud=baud)
        self._line, self._far = os.openpty()
        tty.setraw(self._far, termios.TCSANOW)
        self.path = os.ttyname(self._far)
        self.url = f"serial://{self.path}?baud={baud or 115200}"

    def _serve(self) -> None:
        try:
            while not self._closing.is_set():
                if self._waits(self._line):
                    os.write(self._line, self._answer(os.read(self._line, self._chunk)))
        except (OSError, SwitchedOff):
            pass
        finally:
            # The far end is kept open until here: between two callers the line has to stay up.
            os.close(self._far)
            os.close(self._line)


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m kiosk.printing.simulated", description="A ticket printer that is not there."
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="listen in the network; 0 takes a free port")
    where.add_argument("--pty", action="store_true", help="open a serial line")
    parser.add_argument(
        "--folder", type=Path, default=Path("slips"), help="where slips are kept as PNG, JSON and text"
    )
    parser.add_argument("--fault", choices=FAULTS, default="", help="have a fault")
    parser.add_argument(
        "--fault-after", type=int, default=0, metavar="BYTES", help="the fault begins after so many bytes"
    )
    parser.add_argument(
        "--baud", type=int, default=0, help="take data no faster than this line would bring it"
    )
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Serve until interrupted; the first line printed is the URL to give to the kiosk."""
    chosen = _arguments(words)
    simulator = Simulator(chosen.folder, fault=chosen.fault, fault_after=chosen.fault_after)
    try:
        face = (
            PtyFace(simulator, baud=chosen.baud)
            if chosen.pty
            else TcpFace(simulator, port=chosen.tcp, baud=chosen.baud)
        )
    except (OSError, OverflowError) as failure:
        print(f"The simulated printer cannot listen: {failure}. Choose another --tcp port.", file=sys.stderr)
        return 1
    with face:
        print(f"{face.url}\nSlips go to {chosen.folder}/. Ctrl-C ends.", flush=True)
        try:
            for count in range(1, sys.maxsize):
                slip = simulator.wait_for_slip(count, None)
                remarks = f"  ERRORS: {'; '.join(slip.errors)}" if slip.errors else ""
                print(f"{slip.png}: {' | '.join(slip.lines)}{remarks}", flush=True)
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
