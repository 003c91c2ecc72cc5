"""The calls about devices: one shows a code, a manager types it in, and it fetches its token once."""

from typing import Annotated, Any, Literal

from flask import request
from msgspec import Meta

from protocol.words import Number
from server.access import Access
from server.askers import Askers
from server.bodies import Body, Name, said
from server.clock import WallClock
from server.codes import Codes, Pairing
from server.delays import Delays, Growth
from server.domain.refusals import Malformed, UnknownDesk
from server.engine import Engine
from server.presence import Presence
from server.refusals import DeviceNameTaken, NameNeeded, TooManyTries, UnknownCode, UnknownDevice
from server.register import Device, Register
from server.tries import Tries, asking_address

CODES_OF_AN_ADDRESS = "30 per minute"
WRONG_CODES = Growth(free=10, first_seconds=10, longest_seconds=600)
"""Of those that a manager types."""


class Wish(Body):
    """What a device wants to be."""

    role: Literal["kiosk", "board", "desk"]


class Named(Body):
    """Which device shows the code, and what it is called here; a desk's own program is for one desk."""

    code: Annotated[str, Meta(max_length=20)]
    name: Name
    desk: Number | None = None


class Devices:
    """Answers the calls about devices."""

    def __init__(
        self, engine: Engine, access: Access, askers: Askers, tries: Tries, presence: Presence
    ) -> None:
        """Let devices into a hall."""
        self._engine, self._access, self._askers, self._presence = engine, access, askers, presence
        self._codes, self._clock = Codes(), WallClock()
        self.ask_in = tries.of_an_address(CODES_OF_AN_ADDRESS)(self._ask_in)
        self._wrong_codes = Delays(WRONG_CODES)

    def _ask_in(self) -> dict[str, Any]:
        wish = said(Wish)
        pairing, secret = self._codes.draw(wish.role, asking_address(), self._clock.now())
        return {"code": pairing.shown, "secret": secret, "expires_at": pairing.until}

    def fetch(self) -> dict[str, Any]:
        """Tell a device how its pairing stands, and its token once."""
        _, _, secret = request.headers.get("Authorization", "").partition(" ")
        pairing = self._codes.fetch(secret.strip(), self._clock.now())
        if pairing is None:
            return {"state": "expired"}
        if not pairing.token:
            return {"state": "waiting"}
        return {"state": "paired", "token": pairing.token, "name": pairing.name}

    def pair(self) -> dict[str, Any]:
        """Let in the device that shows a code; raises what is wrong with the code or the name."""
        named, manager, at = said(Named), self._askers.now().id, self._clock.now()
        seconds = self._wrong_codes.seconds(manager, at)
        if seconds:
            raise TooManyTries(seconds=seconds)
        try:
            pairing = self._codes.take(named.code, at)
        except UnknownCode:
            self._wrong_codes.count(manager, at)
            raise
        self._wrong_codes.forgive(manager)
        try:
            device = self._let_in(pairing, named)
        except BaseException:
            self._codes.put_back(pairing)
            raise
        self._askers.audit.changed(manager, "paired", device.id, device.role)
        return {"id": device.id, "name": device.name, "role": device.role}

    def _let_in(self, pairing: Pairing, named: Named) -> Device:
        """Make a device of the pairing; raises what is wrong with its name or its desk."""
        name, desk = named.name.strip(), named.desk or ""
        if not name:
            raise NameNeeded(path="$.name")
        if any(device.name == name for device in self._access.devices):
            raise DeviceNameTaken(name=name)
        if bool(desk) != (pairing.role == "desk"):
            raise Malformed(path="$.desk", error="A desk's own program has a desk, no other device has.")
        if desk and desk not in self._engine.published.desks:
            raise UnknownDesk(desk=desk)
        token = self._access.change(Register.add_device, name, pairing.role, desk)
        device = self._access.device(token)
        if device is None:  # revoked by another hand between the two lines
            raise UnknownDevice(device=name)
        pairing.token, pairing.name = token, name
        return device

    def all(self) -> list[dict[str, Any]]:
        """List the devices in use, and which of them are connected."""
        connected = self._presence.ids
        return [
            {
                "id": device.id,
                "name": device.name,
                "role": device.role,
                "desk": device.desk or None,
                "connected": device.id in connected,
            }
            for device in self._access.devices
        ]

    def revoke(self, device_id: str) -> tuple[str, int]:
        """Take a device's token back; its connection ends."""
        if not self._access.change(Register.revoke_id, device_id):
            raise UnknownDevice(device=device_id)
        self._askers.audit.changed(self._askers.now().id, "revoked", device_id)
        return "", 204
