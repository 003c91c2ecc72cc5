"""USB printing, down to libusb's place: pyusb is real, and on its bus is a simulated printer."""

import errno
from array import array
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import usb.backend  # type: ignore[import-untyped]
import usb.backend.libusb0  # type: ignore[import-untyped]
import usb.backend.libusb1  # type: ignore[import-untyped]
import usb.backend.openusb  # type: ignore[import-untyped]
import usb.core  # type: ignore[import-untyped]

from kiosk.printing.connection import PrinterUnavailable
from kiosk.printing.job import look, print_job
from kiosk.printing.profile import load_profile
from kiosk.printing.receipt import encode
from kiosk.printing.simulated_printer import Simulator, SwitchedOff
from kiosk.printing.slip import SlipLayout
from kiosk.printing.transport import transport
from tests.slips import slip
from ui.text import TextEngine

WAY_OUT, WAY_IN, BULK = 0x01, 0x82, 2


def descriptor(**facts: object) -> SimpleNamespace:
    """Give a descriptor: the facts that matter, and what pyusb copies besides."""
    usual = {
        "bLength": 9,
        "bDescriptorType": 1,
        "extra_descriptors": [],
        "iInterface": 0,
        "iConfiguration": 0,
    }
    return SimpleNamespace(**(usual | facts))


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """A bus with one printer on it, as pyusb's backends present one."""

    def __init__(self, simulator: Simulator) -> None:
        """Plug the printer in; the kernel's driver has it."""
        self.simulator = simulator
        self.said = b""
        self.is_taken_by_kernel = True
        self.refuses_to_open = False

    def enumerate_devices(self) -> Iterator[str]:
        """List what is plugged in."""
        yield "printer"

    def get_device_descriptor(self, _: object) -> SimpleNamespace:
        """Say who it is: an Epson."""
        numbers = {"idVendor": 0x04B8, "idProduct": 0x0E15, "bNumConfigurations": 1, "bcdUSB": 0x200}
        rest = dict.fromkeys(("bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bcdDevice"), 0)
        strings = dict.fromkeys(("iManufacturer", "iProduct", "iSerialNumber"), 0)
        place = {"bus": 1, "address": 1, "port_number": 1, "port_numbers": (1,), "speed": 2}
        return descriptor(bMaxPacketSize0=64, **numbers, **rest, **strings, **place)

    def get_configuration_descriptor(self, *_: object) -> SimpleNamespace:
        """Give its one configuration."""
        return descriptor(
            wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, bmAttributes=0, bMaxPower=1
        )

    def get_interface_descriptor(self, _: object, interface: int, alternate: int, __: int) -> SimpleNamespace:
        """Give its one interface, of the printer class."""
        if interface or alternate:
            raise IndexError
        kind = {"bInterfaceClass": 7, "bInterfaceSubClass": 1, "bInterfaceProtocol": 2}
        return descriptor(bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, **kind)

    def get_endpoint_descriptor(self, _: object, end: int, *__: int) -> SimpleNamespace:
        """Give one of its two ends."""
        address = (WAY_OUT, WAY_IN)[end]
        facts = {
            "bmAttributes": BULK,
            "wMaxPacketSize": 64,
            "bInterval": 0,
            "bRefresh": 0,
            "bSynchAddress": 0,
        }
        return descriptor(bEndpointAddress=address, **facts)

    def open_device(self, _: object) -> str:
        """Open it, if this user may."""
        if self.refuses_to_open:
            raise usb.core.USBError("denied", errno=errno.EACCES)
        return "handle"

    def close_device(self, _: object) -> None:
        """Close it."""

    def get_configuration(self, _: object) -> int:
        """Say which configuration is active."""
        return 1

    def is_kernel_driver_active(self, *_: object) -> bool:
        """Say whether the kernel's driver has it."""
        return self.is_taken_by_kernel

    def detach_kernel_driver(self, *_: object) -> None:
        """Take it from the kernel."""
        self.is_taken_by_kernel = False

    def claim_interface(self, *_: object) -> None:
        """Refuse what the kernel still holds."""
        if self.is_taken_by_kernel:
            raise usb.core.USBError("busy", errno=errno.EBUSY)

    def release_interface(self, *_: object) -> None:
        """Give it back."""

    def bulk_write(self, _: object, end: int, __: int, data: bytes, timeout: int) -> int:
        """Take bytes to the printer."""
        assert end == WAY_OUT
        assert timeout > 0
        try:
            self.said += self.simulator.feed(bytes(data))
        except SwitchedOff:
            raise usb.core.USBError("gone", errno=errno.ENODEV) from None
        return len(data)

    def bulk_read(self, _: object, end: int, __: int, into: "array[int]", timeout: int) -> int:
        """Bring what the printer said; nothing is a time-out, and a time of 0 would be for ever."""
        assert end == WAY_IN
        assert timeout > 0
        if not self.said:
            raise usb.core.USBTimeoutError("nothing")
        count = len(self.said)
        into[:count], self.said = array("B", self.said), b""
        return count


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    """Put a bus where libusb would be."""
    plugged = Bus(Simulator())
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: plugged)
    return plugged


def printed() -> tuple[str, str]:
    """Print a slip by USB."""
    profile = load_profile("TM-T20II")
    data = encode(SlipLayout(profile, TextEngine()).rows(slip("az")), profile)
    return print_job(transport("usb://04b8:0e15"), data, lambda _: None)


def test_a_slip_is_printed_by_usb(bus: Bus) -> None:
    """The printer is taken from the kernel's driver, prints, and confirms."""
    assert printed() == ("printed", "")
    assert bus.simulator.slips[0].errors == []


def test_faults_are_read_by_usb(bus: Bus) -> None:
    """Its status comes by the other way."""
    bus.simulator.fault = "paper-out"
    assert look(transport("usb://04b8:0e15")).faults == ("paper_out", "offline", "paper_near_end")


def test_a_silent_printer_is_unknown_by_usb(bus: Bus) -> None:
    """Nothing said is a time-out for libusb, and for us no answer."""
    bus.simulator.fault = "silent"
    assert printed()[0] == "unconfirmed"


def test_a_printer_pulled_out_fails_its_slip(bus: Bus) -> None:
    """Without power in the middle it is a failure with a sentence."""
    bus.simulator.break_with("cut-off", after=300)
    assert printed() == ("failed", "The printer broke off the connection: is it still on?")


def test_a_user_without_the_right_is_told(bus: Bus) -> None:
    """The remedy is a udev rule."""
    bus.refuses_to_open = True
    with pytest.raises(PrinterUnavailable, match="add a udev rule"):
        transport("usb://04b8:0e15").connect()


def test_another_printer_is_not_this_one(bus: Bus) -> None:
    """Only the vendor and product of the URL count."""
    assert bus.simulator.slips == []
    with pytest.raises(PrinterUnavailable, match=r"No USB printer 04b8:0202 is there"):
        transport("usb://04b8:0202").connect()


def test_a_machine_without_libusb_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the package that is missing."""
    for library in (usb.backend.libusb1, usb.backend.libusb0, usb.backend.openusb):
        monkeypatch.setattr(library, "get_backend", lambda: None)
    with pytest.raises(PrinterUnavailable, match=r"libusb-1\.0-0"):
        transport("usb://04b8:0e15").connect()
