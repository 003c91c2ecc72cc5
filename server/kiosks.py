"""The calls about kiosks: which of them work, and the slip that one is to print for a person."""

from typing import Any

from flask import request

from server.access import Access
from server.askers import Askers
from server.domain.floor import DeviceState
from server.domain.issuing import place
from server.domain.journeys import services_of
from server.domain.refusals import UnknownTicket
from server.engine import Engine
from server.presence import Presence
from server.refusals import NotPrintedHere

NO_WAIT = (0, 0, 0)
"""Of a ticket that waits no more."""


class Kiosks:
    """Answers the calls about kiosks."""

    def __init__(self, engine: Engine, access: Access, askers: Askers, presence: Presence) -> None:
        """Read from the engine's published state."""
        self._engine, self._access, self._askers, self._presence = engine, access, askers, presence

    def all(self) -> list[dict[str, Any]]:
        """Tell where the hall's kiosks stand, and which can give a slip now; if not, why."""
        devices = {device.name: device.id for device in self._access.devices if device.role == "kiosk"}
        told = []
        for kiosk in self._engine.published.hall.kiosk:
            device = devices.get(kiosk.id)
            why = self._why_not(device)
            place = {"names": kiosk.names, "zone": kiosk.zone, "near": kiosk.near}
            told.append({"id": kiosk.id, "device": device, **place, "works": why is None, "why": why})
        return told

    def slip(self, number: str) -> dict[str, Any]:
        """Tell a kiosk what to print for the person who issued the ticket, or had its slip printed anew."""
        asker, engine, state = self._askers.now(), self._engine, self._engine.published
        ticket = state.find(number, request.args.get("day") or None)
        if ticket is None:
            raise UnknownTicket(ticket=number)
        if ticket.print_at != asker.id:
            raise NotPrintedHere(ticket=number)
        waits = ticket.state == "waiting"
        return {
            "ticket": number,
            "day": ticket.day,
            "service": ticket.service,
            "class": ticket.class_,
            "language": ticket.language,
            "quantity": ticket.quantity,
            "route": services_of(ticket.planned),
            "issued_at": ticket.issued_at,
            "ahead": place(state, ticket)[0] if waits else 0,
            "expected_wait_seconds": engine.forecast.expected_of(ticket, engine.now()) if waits else NO_WAIT,
            "token": engine.visit_token(ticket.day, number),
            "receipt": engine.slip_receipt(ticket.day, number),
            "issue": ticket.issue,
            "copies": ticket.copies,
        }

    def _why_not(self, device: str | None) -> str | None:
        """Give why a kiosk gives no slips: it was never paired, is away, was put aside, or cannot print."""
        if device is None:
            return "not_paired"
        if device not in self._presence.ids:
            return "not_connected"
        state = self._engine.published
        if _is(state.devices.get((device, "kiosk")), "out_of_service"):
            return "out_of_service"
        return "printer" if _is(state.devices.get((device, "printer")), "fault") else None


def _is(part: DeviceState | None, state: str) -> bool:
    return part is not None and part.state == state
