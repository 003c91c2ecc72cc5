"""The call that shows the whole hall to those who run its day."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from protocol.words import MINUTE, Micros
from server.access import Access
from server.domain import floor_view, notice_view, views
from server.domain.alarms import alarms
from server.engine import Engine
from server.presence import Presence
from server.register import Device
from server.watchman import Watchman

View = dict[str, Any]

FLOOD_TOLD: Micros = 10 * MINUTE
"""How long it is told that a device asked for too much."""

MISSED = frozenset({"kiosk", "board", "desk"})
"""The devices that are expected to be connected; readers and other systems come and go."""


class Overview:
    """Answers what the pages of managers and greeters show."""

    def __init__(self, engine: Engine, access: Access, presence: Presence, watchman: Watchman) -> None:
        """Read from the engine's published state, and what was found of the disk."""
        self._engine, self._access, self._presence, self._watchman = engine, access, presence, watchman
        # What a device said of its state never changes: each text is read from the disk once.
        self._detail = lru_cache(maxsize=256)(engine.apart.detail)

    def overview(self) -> View:
        """Tell how the hall stands."""
        view = self._view()
        # Last, since a read may wait: all that stands in one answer is of one moment.
        for state in (state for device in view["devices"] for state in device["states"]):
            state["detail"] = self._detail(state["detail"]) if state["detail"] else None
        return view

    def _of_the_disk(self) -> list[View]:
        damage = self._watchman.damage
        return [{"kind": "damaged", "subject": "hall", "since": None, "members": {}}] if damage else []

    def _view(self) -> View:
        engine, state = self._engine, self._engine.published
        at = engine.now()
        shown = floor_view.overview(state, engine.forecast, at)
        devices = self._access.devices
        connected = self._presence.ids
        here = {device.id: device.id in connected for device in devices if device.role in MISSED}
        names = {device.id: device.name for device in devices}
        return {
            "epoch": engine.epoch,
            "seq": engine.seq,
            "at": at,
            "is_open": state.is_open,
            "day": state.day,
            **notice_view.told(state, engine.texts),
            "queues": shown["queues"],
            "services": shown["services"],
            "desks": [self._desk(desk) for desk in shown["desks"]],
            "devices": [self._device(device) for device in devices],
            "help": [{**call, "from": names.get(call["from"])} for call in shown["help"]],
            "jumps": [{**jump, "by_name": self._name(jump["by"])} for jump in shown["jumps"]],
            # What a device told before it was revoked is no longer anybody's to mend.
            "alarms": [
                *self._of_the_disk(),
                *(each for each in (*alarms(state, at, here), *self._floods(at)) if _is_of(each, names)),
            ],
            "hall": views.hall(state),
        }

    def _floods(self, at: Micros) -> Iterator[View]:
        """Tell of each device that lately asked for more than a person could touch."""
        for device, since in self._engine.stopped(at - FLOOD_TOLD).items():
            yield {"kind": "flood", "subject": device, "since": since, "members": {}}

    def _desk(self, desk: View) -> View:
        return {**desk, "operator_name": self._name(desk["operator"] or "")}

    def _name(self, operator_id: str) -> str | None:
        operator = self._access.operator(operator_id)
        return operator.name if operator else None

    def _device(self, device: Device) -> View:
        return {
            "id": device.id,
            "name": device.name,
            "role": device.role,
            "desk": device.desk or None,
            "connected": device.id in self._presence.ids,
            "states": floor_view.device_states(self._engine.published, device.id),
        }


def _is_of(alarm: View, names: dict[str, str]) -> bool:
    return alarm["kind"] not in {"device", "speech", "flood"} or alarm["subject"] in names
