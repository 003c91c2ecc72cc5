"""Bookings over HTTP: a stranger books, moves, cancels, and takes the file; staff sees who comes."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from icalendar import Calendar

from tests.bookings import roll_over
from tests.hall_process import Asker
from tests.network_hall import HALL, NetworkHall

BOOKED = HALL.replace("round_the_clock = true", f"round_the_clock = true\n{roll_over()}").replace(
    'names = { en = "Licence" }',
    'names = { en = "Licence" }\nbooking = { slot_minutes = 30, per_slot = 2, days_ahead = 2 }',
)
SLOTS = "/api/v1/slots?service=licence"
BOOKINGS = "/api/v1/bookings"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run a hall in which licences are booked."""
    hall = NetworkHall(tmp_path_factory.mktemp("hall"), BOOKED)
    yield hall
    hall.process.stop()


def booked(asker: Asker, nth: int = 0, **said: Any) -> dict[str, Any]:
    """Book one of the next free times of tomorrow."""
    tomorrow = asker.ask("GET", SLOTS)[1]["days"][1]["day"]
    slot = asker.ask("GET", f"{SLOTS}&day={tomorrow}")[1]["slots"][nth]["slot"]
    status, told = asker.ask(
        "POST", BOOKINGS, {"id": str(uuid4()), "service": "licence", "slot": slot, **said}
    )
    assert status == 200, told
    return dict(told)


def test_free_times_are_told_by_day(hall: NetworkHall) -> None:
    """Today, tomorrow and the day after, each with its free places; the times of the first that has any."""
    status, told = hall.stranger().ask("GET", SLOTS)
    assert status == 200
    assert len(told["days"]) == 3
    assert told["days"][1]["free"] == 2 * 48
    assert told["slots"][0]["free"] == 2
    assert told["slot_seconds"] == 1800


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("service=passport", "not_bookable", id="not booked"),
        pytest.param("service=nothing", "unknown_service", id="no such service"),
        pytest.param("service=licence&day=soon", "malformed", id="no day"),
    ],
)
def test_times_that_are_not_there_are_refused(hall: NetworkHall, query: str, code: str) -> None:
    """With a sentence that says what to do."""
    assert hall.stranger().ask("GET", f"/api/v1/slots?{query}")[1]["code"] == code


def test_a_stranger_books_moves_and_cancels(hall: NetworkHall) -> None:
    """The code is all that is needed; a command sent twice acts once; afterwards the code opens nothing."""
    stranger = hall.stranger()
    mine = booked(stranger)
    path = f"{BOOKINGS}/{mine['code']}"
    assert stranger.ask("GET", path)[1]["slot"] == mine["slot"]
    move = {"id": str(uuid4()), "slot": mine["slot"] + 3600 * 1_000_000}
    moved = [stranger.ask("PUT", path, move)[1] for _ in range(2)]
    assert moved[0]["slot"] == move["slot"]
    assert moved[0]["seq"] == moved[1]["seq"]
    assert stranger.ask("DELETE", path, {"id": str(uuid4())})[0] == 200
    assert stranger.ask("GET", path)[1]["code"] == "unknown_booking"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        pytest.param({"id": "short-but-mine"}, "$.id", id="an id that somebody could guess"),
        pytest.param({"id": str(uuid4()), "slot": "noon"}, "$.slot", id="a time that is none"),
        pytest.param({"id": str(uuid4()), "at": 5, "later": True}, "$", id="a field that nobody knows"),
        pytest.param([], "$", id="no object"),
    ],
)
def test_a_booking_that_cannot_be_read_is_refused(hall: NetworkHall, body: Any, path: str) -> None:
    """The place of the mistake is named."""
    said = {"service": "licence", "slot": 1, **body} if isinstance(body, dict) else body
    status, told = hall.stranger().ask("POST", BOOKINGS, said)
    assert (status, told["code"], told["path"]) == (422, "malformed", path)


def test_the_file_puts_a_booking_into_a_calendar(hall: NetworkHall) -> None:
    """It names the service, the time and the code; a later one of the same booking takes its place."""
    stranger = hall.stranger()
    mine = booked(stranger, 1)
    path = f"{BOOKINGS}/{mine['code']}"
    first = only_event(stranger, path)
    assert first["summary"] == "Licence, Hall of the network"
    assert mine["code"] in first["description"]
    assert int(first["dtstart"].dt.timestamp()) == mine["slot"] // 1_000_000
    assert (first["dtend"].dt - first["dtstart"].dt).total_seconds() == 1800
    stranger.ask("PUT", path, {"id": str(uuid4()), "slot": mine["slot"] + 3600 * 1_000_000})
    second = only_event(stranger, path)
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]


def only_event(asker: Asker, path: str) -> Any:
    """Read the file of a booking."""
    status, text = asker.ask("GET", f"{path}/calendar")
    assert status == 200
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def test_staff_sees_who_comes_and_how_to_reach_them(hall: NetworkHall) -> None:
    """A greeter does, an operator and a stranger do not."""
    mine = booked(hall.stranger(), 2, contact="+994 50 123 45 67")
    day = hall.stranger().ask("GET", SLOTS)[1]["days"][1]["day"]
    greeter, _ = hall.operator("greeter")
    listed = greeter.ask("GET", f"{BOOKINGS}?day={day}")[1]
    (found,) = [one for one in listed if one["booking"] == mine["booking"]]
    assert found["contact"] == "+994 50 123 45 67"
    assert "code" not in found
    assert hall.known("operator").ask("GET", f"{BOOKINGS}?day={day}")[0] == 403
    assert hall.stranger().ask("GET", f"{BOOKINGS}?day={day}")[0] == 401


def test_codes_cannot_be_tried_one_after_the_other(hall: NetworkHall) -> None:
    """Wrong ones are counted by address, right ones are not."""
    stranger = hall.stranger()
    mine = booked(stranger, 3)
    for _ in range(40):
        assert stranger.ask("GET", f"{BOOKINGS}/{mine['code']}")[0] == 200
    answers = [stranger.ask("GET", f"{BOOKINGS}/0001{n:08}")[1]["code"] for n in range(40)]
    assert answers[0] == "unknown_booking"
    assert answers[-1] == "too_many_requests"


def test_a_kiosk_checks_in_by_the_code(hall: NetworkHall) -> None:
    """Who comes early has a ticket, and is told from when it is called."""
    stranger = hall.stranger()
    told = stranger.ask("GET", SLOTS)[1]
    slot = told["slots"][min(3, len(told["slots"]) - 1)]["slot"]
    said = {"id": str(uuid4()), "service": "licence", "slot": slot}
    mine = stranger.ask("POST", BOOKINGS, said)[1]
    kiosk = hall.device("kiosk")
    assert kiosk.say("check_in", code="0001" + "0" * 8)[1]["code"] == "unknown_booking"
    (event,) = kiosk.done("check_in", code=mine["code"])
    assert (event["type"], event["slot"], event["ticket"]) == ("visit_checked_in", slot, "B001")
    visit = hall.stranger().ask("GET", f"/api/v1/visits/{event['token']}")[1]
    assert visit["slot"] == slot
    assert kiosk.say("check_in", code=mine["code"])[1]["code"] == "booking_used"
