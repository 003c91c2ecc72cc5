"""Bookings over HTTP: free times, and a booking in its holder's hands, whoever that is."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import segno
from flask import Response, request

from protocol import wire
from protocol.events import Actor, SlotBooked
from server.askers import Askers
from server.command_route import read
from server.domain import booking_view, refusals
from server.domain.reservations import Reservation
from server.domain.rights import NOBODY
from server.engine import Answer, Engine
from server.ical import Appointment, calendar_file
from server.problems import from_wire
from server.tries import Tries
from ui.language import names, texts

STRANGER = Actor(kind="visitor", id="web", role=NOBODY)
"""Who books without being known: all are one actor, so each command needs an id that nobody guesses."""

BOOKINGS_OF_AN_ADDRESS = "60 per hour"
"""Many visitors share an address: a family, a hall's own network, a mobile operator's."""

WRONG_CODES_OF_AN_ADDRESS = "30 per hour"
"""Of 10^8 codes that a booking's number may have, one is right."""

PAGE = "/book/"

_UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_CODE = re.compile(r"[0-9]{9,20}")


class Bookings:
    """Answers those who book, on the phone or at home, and staff who asks what was booked."""

    def __init__(self, engine: Engine, askers: Askers, tries: Tries) -> None:
        """Read from the engine's published state, and have commands decided there."""
        self._engine, self._askers = engine, askers
        guessing = tries.failures_of_an_address(WRONG_CODES_OF_AN_ADDRESS)
        self.book = tries.of_an_address(BOOKINGS_OF_AN_ADDRESS)(self._book)
        self.booking, self.calendar = guessing(self._booking), guessing(self._calendar)
        self.code_picture = guessing(self._code_picture)
        self.move, self.cancel = guessing(self._move), guessing(self._cancel)

    def slots(self) -> dict[str, Any]:
        """Tell when a service can be booked; raises UnknownService, NotBookable or Malformed."""
        state = self._engine.published
        service = state.catalogue.leaf(request.args.get("service", ""))
        if service.booking is None:
            raise refusals.NotBookable(service=service.id)
        return booking_view.free(state, service, _day(), self._engine.now())

    def day(self) -> list[dict[str, Any]]:
        """Tell staff the bookings of a day, with how to reach each visitor."""
        state, asked = self._engine.published, _day()
        found = booking_view.of_day(state, asked.isoformat() if asked else state.day)
        return [{**one, "contact": self._engine.apart.contact(one["booking"])} for one in found]

    def _book(self) -> dict[str, Any]:
        """Book; the answer has the code of the booking."""
        answer = self._done("book")
        booked = answer.events[0]
        assert isinstance(booked, SlotBooked)  # noqa: S101 - told to the type checker
        return self._told(answer, str(booked.code))

    def _booking(self, code: str) -> dict[str, Any]:
        """Tell a booking to its holder; raises UnknownBooking."""
        return {**self._view(code), "at": self._engine.now()}

    def _move(self, code: str) -> dict[str, Any]:
        """Take another time."""
        return self._told(self._done("move_booking", code=code), code)

    def _cancel(self, code: str) -> dict[str, Any]:
        """Give the place back."""
        answer = self._done("cancel_booking", code=code)
        return {"ok": True, "seq": answer.seq}

    def _calendar(self, code: str) -> Response:
        """Give a booking as an iCalendar file."""
        view, engine, language = self._view(code), self._engine, self._askers.now().language
        hall, t = engine.published.hall.hall, texts(language)
        name = names(hall.names, language, hall.languages[0])
        written = calendar_file(
            Appointment(
                uid=f"booking-{view['booking']}.{engine.first_epoch}@{hall.id}",
                sequence=engine.seq,
                written=engine.now(),
                begins=view["slot"],
                ends=view["ends"],
                summary=f"{names(view['names'], language, hall.languages[0])}, {name}",
                location=name,
                description=t.gettext("Enter this code at a kiosk of the hall: {code}").format(code=code),
                url=self._address(code) if hall.public_url else "",
            )
        )
        headers = {"Content-Disposition": "attachment; filename=booking.ics", "Cache-Control": "no-store"}
        return Response(written, content_type="text/calendar; charset=utf-8", headers=headers)

    def _code_picture(self, code: str) -> Response:
        """Draw the QR code that a kiosk's scanner reads: the page's address, or the digits alone."""
        self._one(code)
        drawn = BytesIO()
        segno.make_qr(self._address(code)).save(drawn, kind="svg", scale=4, border=4, light="#fff")
        return Response(drawn.getvalue(), content_type="image/svg+xml")

    def _done(self, kind: str, **more: Any) -> Answer:
        """Have the command decided that the request's body is, less its type."""
        command = read({**_body(), "type": kind, **more})
        asker = self._askers.now()
        actor = STRANGER if asker.actor is None or asker.visit else asker.actor
        if actor is STRANGER and not _UUID.fullmatch(command.id):
            raise refusals.Malformed(path="$.id", error="A UUID, new for each command.")
        return self._engine.submit(command, actor)

    def _told(self, answer: Answer, code: str) -> dict[str, Any]:
        return {"ok": True, "seq": answer.seq, **self._view(code)}

    def _view(self, code: str) -> dict[str, Any]:
        return {"code": code, **booking_view.booking(self._engine.published, self._one(code))}

    def _one(self, code: str) -> Reservation:
        """Give the booking of a code; raises UnknownBooking."""
        if not _CODE.fullmatch(code):
            raise refusals.UnknownBooking
        found = self._engine.published.reservations.get(self._engine.sealing.booking(code))
        if found is None:
            raise refusals.UnknownBooking
        return found

    def _address(self, code: str) -> str:
        address = self._engine.published.hall.hall.public_url.rstrip("/")
        return f"{address}{PAGE}{code}" if address else code


def _body() -> dict[str, Any]:
    """Read the request's body, an object; raises Malformed."""
    try:
        said = wire.plain(request.get_data())
    except wire.Malformed as malformed:
        raise from_wire(malformed) from malformed
    if not isinstance(said, dict):
        raise refusals.Malformed(path="$", error="An object is needed.")
    return said


def _day() -> date | None:
    """Read the day of the query; raises Malformed."""
    said = request.args.get("day")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise refusals.Malformed(path="$.day", error="A day such as 2026-11-27.") from error
