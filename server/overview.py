"""The call that shows the whole hall to those who run its day."""

from typing import Any

from server.access import Access
from server.askers import SEES_HALL, Askers
from server.domain import views
from server.engine import Engine
from server.presence import Presence


class Overview:
    """Answers what the pages of managers and greeters show."""

    def __init__(self, engine: Engine, access: Access, askers: Askers, presence: Presence) -> None:
        """Read from the engine's published state."""
        self._engine, self._access, self._askers, self._presence = engine, access, askers, presence

    def overview(self) -> dict[str, Any]:
        """Tell how the hall stands."""
        self._askers.now().require(SEES_HALL)
        engine, state = self._engine, self._engine.published
        return {
            "epoch": engine.epoch,
            "seq": engine.seq,
            "at": engine.now(),
            "is_open": state.is_open,
            "day": state.day,
            "closing": False,
            "issuing_stopped": None,
            "pause": None,
            "outage": None,
            "announcements": [],
            "queues": views.queues(state, engine.forecast),
            "services": [],
            "desks": [self._desk(desk) for desk in views.desks(state)],
            "devices": self._devices(),
            "help": [],
            "alarms": [],
            "hall": views.hall(state),
        }

    def _desk(self, desk: dict[str, Any]) -> dict[str, Any]:
        operator = self._access.operator(desk["operator"] or "")
        return {**desk, "operator_name": operator.name if operator else None}

    def _devices(self) -> list[dict[str, Any]]:
        connected = self._presence.ids
        return [
            {
                "id": device.id,
                "name": device.name,
                "role": device.role,
                "desk": device.desk or None,
                "connected": device.id in connected,
                "states": [],
            }
            for device in self._access.devices
        ]
