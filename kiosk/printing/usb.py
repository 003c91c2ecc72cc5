"""A printer on USB without the kernel's driver, by vendor and product; pyusb needs the system's libusb."""

from dataclasses import dataclass
from typing import Any

import usb.core  # type: ignore[import-untyped]
import usb.util  # type: ignore[import-untyped]

from kiosk.printing.connection import BLOCKED, BROKE_OFF, FAST, Connection, PrinterUnavailable

PRINTER_CLASS = 7
MILLISECONDS = 1000
PACKET = 64
DENIED = 13


@dataclass(frozen=True, slots=True)
class UsbTransport:
    """A printer found by the two numbers that ``lsusb`` shows."""

    vendor: int
    product: int
    bytes_per_second: float = FAST

    def connect(self) -> Connection:
        """Find the printer and take it from the kernel's driver."""
        name = f"{self.vendor:04x}:{self.product:04x}"
        try:
            device = usb.core.find(idVendor=self.vendor, idProduct=self.product)
            if device is None:
                raise PrinterUnavailable(f"No USB printer {name} is there: is it on, and its cable in?")
            return _opened(device)
        except usb.core.NoBackendError as failure:
            raise PrinterUnavailable(
                "USB printing needs the system package libusb-1.0-0: install it, or use file:///dev/usb/lp0."
            ) from failure
        except usb.core.USBError as failure:
            raise PrinterUnavailable(_sentence(name, failure)) from failure


def _sentence(name: str, failure: Any) -> str:
    if failure.errno == DENIED:
        return f"This user may not open the USB printer {name}: add a udev rule for it, or use file:///dev/usb/lp0."
    return f"The USB printer {name} does not open ({failure.strerror}): switch it off and on."


def _opened(device: Any) -> "_UsbConnection":
    interface = _printing_interface(device)
    if device.is_kernel_driver_active(interface.bInterfaceNumber):
        device.detach_kernel_driver(interface.bInterfaceNumber)
    usb.util.claim_interface(device, interface.bInterfaceNumber)
    return _UsbConnection(
        device,
        usb.util.find_descriptor(interface, custom_match=lambda end: _is_bulk(end, usb.util.ENDPOINT_OUT)),
        usb.util.find_descriptor(interface, custom_match=lambda end: _is_bulk(end, usb.util.ENDPOINT_IN)),
    )


def _printing_interface(device: Any) -> Any:
    """Take the interface of the printer class, else the first: some printers call theirs vendor specific."""
    interfaces = list(device.get_active_configuration())
    return next((one for one in interfaces if one.bInterfaceClass == PRINTER_CLASS), interfaces[0])


def _is_bulk(end: Any, direction: int) -> bool:
    return bool(
        usb.util.endpoint_direction(end.bEndpointAddress) == direction
        and usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
    )


@dataclass(frozen=True, slots=True)
class _UsbConnection:
    device: Any
    way_out: Any
    way_in: Any

    def send(self, data: bytes, seconds: float) -> None:
        try:
            self.way_out.write(data, int(seconds * MILLISECONDS))
        except usb.core.USBTimeoutError as failure:
            raise PrinterUnavailable(BLOCKED) from failure
        except usb.core.USBError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def receive(self, seconds: float) -> bytes:
        """Read; a time of 0 would mean for ever to libusb."""
        if self.way_in is None:
            return b""
        try:
            return bytes(self.way_in.read(PACKET, max(1, int(seconds * MILLISECONDS))))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def close(self) -> None:
        usb.util.dispose_resources(self.device)
