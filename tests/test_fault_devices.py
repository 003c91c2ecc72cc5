"""A printer whose cable is pulled at each byte of a slip, and one that is off for two hundred of them."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.printing.printer import Printer
from kiosk.printing.profile import load_profile
from kiosk.printing.receipt import encode
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.printing.slip import SlipLayout
from tests import test_printing_printer as printing
from tests.slips import slip
from ui.text import TextEngine

inbox = printing.inbox
start = printing.start


def places(*, long: bool) -> list[int]:
    """Say after how many bytes the cable is pulled: at both ends any number, and each 251st between."""
    profile = load_profile("TM-T20II")
    size = len(encode(SlipLayout(profile, TextEngine()).rows(slip()), profile))
    every = {*range(200), *range(size - 200, size), *range(0, size, 251)} if long else {0, 1, 7, size // 2}
    return sorted(every)


@pytest.mark.fault(number="T13")
def test_the_cable_is_pulled_at_any_byte_of_a_slip(
    start: Callable[..., Printer],
    inbox: printing.Inbox,
    record_property: Any,
    *,
    long: bool,
) -> None:
    """Each time the slip failed, and nothing of it came out; plugged in again, the same number is printed."""
    simulator, offsets = Simulator(), places(long=long)
    with TcpFace(simulator) as face:
        printer = start(face.url)
        for number, offset in enumerate(offsets, 1):
            simulator.break_with("cut-off", after=offset)
            printer.print_slip(slip())
            assert inbox.outcome().outcome == "failed", f"after {offset} bytes"
            simulator.break_with("")
            printer.print_slip(slip())
            assert inbox.outcome().outcome == "printed", f"after {offset} bytes"
            assert len(simulator.slips) == number
    record_property("places at which the cable was pulled", len(offsets))


@pytest.mark.fault(number="T14")
def test_two_hundred_slips_while_the_printer_is_off(
    start: Callable[..., Printer], inbox: printing.Inbox, record_property: Any
) -> None:
    """Each failed at once and said so; switched on, the printer prints the next visitor's slip alone."""
    simulator = Simulator(fault="offline")
    with TcpFace(simulator) as face:
        printer = start(face.url)
        for number in range(200):
            printer.print_slip(slip("en", f"A{number:03}"))
        assert {inbox.outcome().outcome for _ in range(200)} == {"failed"}
        simulator.break_with("")
        printer.print_slip(slip("en", "B001"))
        assert inbox.outcome().outcome == "printed"
    assert ["B001" in paper.lines for paper in simulator.slips] == [True]
    record_property("slips of visitors who had gone", 0)
