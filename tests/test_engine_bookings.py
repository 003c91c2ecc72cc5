"""Bookings in a real folder: a code that is derived, a document that is never kept, a contact that goes."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from protocol.commands import AdvanceClock, Book, CancelBooking, CheckIn, Command, IssueTicket, MoveBooking
from protocol.events import Actor, Event, SlotBooked, TicketIssued, VisitCheckedIn
from protocol.hall import Booking, TicketClass
from protocol.words import HOUR, MINUTE
from server.domain.refusals import ClassUsed, PersonLimit, UnknownBooking
from server.opening import Opened
from tests.engines import HALL, KIOSK, NOON, SYSTEM, new_id, running, until

HALF = 30 * MINUTE
SLOT = (NOON // HALF + 4) * HALF
VISITOR = Actor(kind="visitor", id="web", role="nobody")

BOOKED = msgspec.structs.replace(
    HALL,
    service=[
        msgspec.structs.replace(HALL.service[0], booking=Booking(slot_minutes=30, per_slot=3, per_person=1)),
        HALL.service[1],
    ],
    class_=[TicketClass(id="carer", names={"en": "Carer"}, strict=True, once_per_day=True)],
)


def come(opened: Opened, at: int = NOON) -> None:
    """Let the hall's clock come to a time."""
    opened.engine.submit(AdvanceClock(id=new_id(), at=at), SYSTEM)


def said(opened: Opened, command: Command, actor: Actor = VISITOR) -> Event:
    """Give the last event that a command caused."""
    return opened.engine.submit(command, actor).events[-1]


def booked(opened: Opened, person: str = "AA 123-456", *, contact: str | None = None) -> SlotBooked:
    """Book at noon."""
    command = Book(id=new_id(), service="passport", slot=SLOT, person=person, contact=contact)
    event = said(opened, command)
    assert isinstance(event, SlotBooked)
    return event


def rows(opened: Opened, table: str, file: str) -> int:
    """Count the rows of a table of one of the hall's files."""
    with sqlite3.connect(opened.engine._store.folder / file) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of this file


def test_a_code_opens_its_booking_and_no_other(tmp_path: Path) -> None:
    """It is in the answer alone, the same after a restart, and a digit wrong is no booking."""
    with running(tmp_path, BOOKED, driven=True) as opened:
        come(opened)
        event = booked(opened)
        code = event.code
        assert isinstance(code, str)
        assert (len(code), code[:4]) == (12, "0001")
        assert code not in opened.engine.bodies(event.seq - 1, 1)[0]
    with running(tmp_path, BOOKED, driven=True) as opened:
        wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
        for other in (wrong, "0002" + code[4:]):
            with pytest.raises(UnknownBooking):
                said(opened, CheckIn(id=new_id(), code=other), KIOSK)
        come(opened, SLOT)
        checked = said(opened, CheckIn(id=new_id(), code=code), KIOSK)
        assert isinstance(checked, VisitCheckedIn)
        assert isinstance(checked.token, str)
        assert opened.engine.check_visit(checked.token) == (checked.day, "A001")


def test_one_bad_code_spoils_no_other_command(tmp_path: Path) -> None:
    """In an array each command stands alone, in its own place."""
    with running(tmp_path, BOOKED, driven=True) as opened:
        come(opened)
        mine = booked(opened)
        good = CancelBooking(id=new_id(), code=str(mine.code))
        bad = CancelBooking(id=new_id(), code="0" * 12)
        first, second, third = opened.engine.submit_many([bad, good, bad], VISITOR)
        assert isinstance(first, UnknownBooking)
        assert not isinstance(second, Exception)
        assert isinstance(third, UnknownBooking)


def test_a_document_is_a_hash_of_the_day(tmp_path: Path) -> None:
    """However it is written it is the same person; tomorrow nobody can tell, the administrator included."""
    with running(tmp_path, BOOKED, driven=True) as opened:
        come(opened)
        first = booked(opened, "aa123456")
        with pytest.raises(PersonLimit):
            booked(opened, "AA 123-456")
        assert isinstance(first.person, str)
        assert "123456" not in opened.engine.bodies(first.seq - 1, 1)[0]
        key = opened.access.person_key(opened.engine.published.day)
        come(opened, NOON + 24 * HOUR)
        until(lambda: rows(opened, "keys WHERE name LIKE 'person%'", "access.db") == 0)
        with sqlite3.connect(tmp_path / "access.db") as db:
            assert key not in {value for (value,) in db.execute("SELECT value FROM keys")}
        assert key not in (tmp_path / "access.db").read_bytes()


def test_a_capped_class_is_used_once_by_a_person(tmp_path: Path) -> None:
    """The second use is refused, for the same person alone."""
    with running(tmp_path, BOOKED, driven=True) as opened:
        come(opened)

        def claim(person: str) -> Event:
            command = IssueTicket(id=new_id(), service="pension", class_="carer", person=person)
            return said(opened, command, KIOSK)

        assert isinstance(claim("1234"), TicketIssued)
        with pytest.raises(ClassUsed):
            claim("12 34")
        assert isinstance(claim("1235"), TicketIssued)


def test_a_contact_stays_until_the_day_of_the_slot_ends(tmp_path: Path) -> None:
    """A cancelled booking's goes at once, a moved one's stays a day longer; a restart changes nothing."""
    with running(tmp_path, BOOKED, driven=True) as opened:
        come(opened)
        stays, gone, moved = (booked(opened, str(n), contact=f"+994 50 {n}") for n in range(3))
        assert [opened.engine.apart.contact(one.booking) for one in (stays, gone)] == [
            "+994 50 0",
            "+994 50 1",
        ]
        said(opened, CancelBooking(id=new_id(), code=str(gone.code)))
        said(opened, MoveBooking(id=new_id(), code=str(moved.code), slot=SLOT + 24 * HOUR))
        until(lambda: rows(opened, "texts", "private.db") == 2)
    with running(tmp_path, BOOKED, driven=True) as opened:
        assert opened.engine.apart.contact(stays.booking) == "+994 50 0"
        come(opened, NOON + 24 * HOUR)
        until(lambda: rows(opened, "texts", "private.db") == 1)
        assert opened.engine.apart.contact(moved.booking) == "+994 50 2"
