"""Who hears what, as pure functions."""

import msgspec
import pytest

from protocol.events import (
    EVENTS,
    Actor,
    Announced,
    CallOffered,
    DayOpened,
    DeskOpened,
    DeviceReported,
    Event,
    HallConfigured,
    HallPaused,
    Head,
    HelpAnswered,
    HelpRequested,
    NoteLeft,
    ServiceSuspended,
    SlipPrinted,
    SlipReprinted,
    TicketCalled,
    TicketCancelled,
    TicketIssued,
    TicketRecalled,
)
from server.rooms import ALL, HEARS, Room, audience, heard, visit_room

OPERATOR = Actor(kind="operator", id="op-7", role="operator")
KIOSK = Actor(kind="device", id="dev-2", role="kiosk")
KEYPAD = Actor(kind="device", id="dev-5", role="desk")
DAY = "2026-11-21"

CALLED = TicketCalled(
    seq=9,
    at=5,
    day=DAY,
    command="c-123456",
    actor=OPERATOR,
    ticket="A042",
    desk="7",
    service="passport",
    queue="A",
    class_="veteran",
    language="ru",
    key=1,
    heads=[Head(ticket="A041", key=2, turn=2)],
    overtaken=1,
    policy="1",
    jumped=["A041"],
)


class Places:
    """Desk 7 stands in the east and has A042; desk 9 stands in no zone; dev-5 is the keypad of desk 7."""

    def texts(self, text_id: str) -> dict[str, str]:
        """Give the text."""
        return {"en": "Fire drill."} if text_id == "text-1" else {}

    def zone_of(self, desk: str) -> str:
        """Give the zone."""
        return "east" if desk == "7" else ""

    def desk_of_ticket(self, number: str, day: str) -> str:
        """Give the desk."""
        return "7" if (number, day) == ("A042", DAY) else ""

    def desk_of_device(self, device_id: str) -> str:
        """Give the desk."""
        return "7" if device_id == "dev-5" else ""


def stamped(event: Event) -> Event:
    return msgspec.structs.replace(event, day=DAY, actor=OPERATOR)


@pytest.mark.parametrize(
    ("event", "rooms"),
    [
        pytest.param(
            CALLED,
            {ALL, Room("board"), Room("board", "east"), Room("desk", "7"), visit_room(DAY, "A042")},
            id="a call: its zone, the boards of all zones, its desk, its visitor",
        ),
        pytest.param(
            stamped(
                TicketRecalled(ticket="B001", ticket_day="2026-11-20", desk="9", language="az", recalls=1)
            ),
            {ALL, Room("board"), Room("desk", "9"), visit_room("2026-11-20", "B001")},
            id="a ticket of yesterday; a desk in no zone is on the boards of all zones",
        ),
        pytest.param(
            stamped(
                TicketIssued(
                    ticket="A043",
                    service="p",
                    queue="A",
                    class_="none",
                    language="az",
                    ahead=1,
                    expected_wait_seconds=(0, 0, 0),
                )
            ),
            {ALL, visit_room(DAY, "A043")},
            id="who waits is told to no desk and to no board",
        ),
        pytest.param(
            stamped(TicketCancelled(ticket="A042", reason="x")),
            {ALL, Room("board", "*"), Room("desk", "7"), visit_room(DAY, "A042")},
            id="an end told without a desk reaches the desk that has the ticket, and every board",
        ),
        pytest.param(
            stamped(TicketCancelled(ticket="A099", reason="x")),
            {ALL, Room("board", "*"), visit_room(DAY, "A099")},
            id="and no desk when none has it",
        ),
        pytest.param(
            DayOpened(day=DAY),
            {ALL, Room("board", "*"), Room("desk", "*"), Room("kiosk", "*")},
            id="the day: all",
        ),
        pytest.param(
            ServiceSuspended(service="p", reason="r"),
            {ALL, Room("board", "*"), Room("desk", "*"), Room("kiosk", "*")},
            id="a service: boards, desks and kiosks",
        ),
        pytest.param(
            HallPaused(kind="emergency", text="text-1"),
            {ALL, Room("board", "*"), Room("desk", "*"), Room("kiosk", "*"), Room("visit", "*")},
            id="a pause: everyone",
        ),
        pytest.param(
            Announced(text="text-1", zone="east"),
            {ALL, Room("board"), Room("board", "east")},
            id="a text for a zone: its boards, and those of all zones",
        ),
        pytest.param(
            Announced(text="text-1"), {ALL, Room("board", "*")}, id="a text for no zone: every board"
        ),
        pytest.param(
            stamped(DeskOpened(desk="7", queues=["A"])),
            {ALL, Room("board"), Room("board", "east"), Room("desk", "7"), Room("kiosk", "*")},
            id="a desk's own state, and whether its queues have a desk",
        ),
        pytest.param(
            DeviceReported(actor=KIOSK, device="printer", kind="printer", state="paper_out"),
            {ALL, Room("kiosk", "dev-2")},
            id="a kiosk hears of its own device",
        ),
        pytest.param(
            DeviceReported(actor=KEYPAD, device="keypad", kind="keypad", state="dead"),
            {ALL, Room("desk", "7")},
            id="a desk hears the alarms of its devices",
        ),
        pytest.param(
            SlipPrinted(actor=KIOSK, ticket="A042", device="printer", outcome="printed"),
            {ALL, Room("kiosk", "dev-2")},
            id="a slip: the kiosk that printed it",
        ),
    ],
)
def test_an_event_reaches(event: Event, rooms: set[Room]) -> None:
    """These rooms and no other, each once."""
    reached = audience(event, Places())
    assert set(reached) == rooms
    assert len(reached) == len(rooms)


def test_a_board_hears_number_desk_and_language_of_a_call() -> None:
    """And neither the class, nor the heads, nor who called."""
    assert heard("board", CALLED, Places().texts) == {
        "type": "ticket_called",
        "seq": 9,
        "at": 5,
        "day": DAY,
        "ticket": "A042",
        "desk": "7",
        "language": "ru",
    }


def test_a_desk_hears_its_own_visitor_and_nobody_else() -> None:
    """The class of its own visitor, but no ticket that still waits."""
    told = heard("desk", CALLED, Places().texts)
    assert told["class"] == "veteran"
    assert "A041" not in str(told)


def test_a_visitor_hears_nothing_of_the_operator_nor_of_others() -> None:
    """Only that and where they are called."""
    assert "op-7" not in str(heard("visit", CALLED, Places().texts))
    assert "A041" not in str(heard("visit", CALLED, Places().texts))


@pytest.mark.parametrize("kind", ["board", "all"])
def test_a_room_hears_the_words_and_not_their_id(kind: str) -> None:
    """The log holds the id of a text; a screen shows its sentences at once."""
    told = heard(kind, Announced(text="text-1"), Places().texts)
    assert told["texts"] == {"en": "Fire drill."}
    assert "text" not in told
    assert "texts" not in heard(kind, HallPaused(kind="break"), Places().texts)


def test_class_and_token_keep_to_their_rooms() -> None:
    """No board has the field class in its table, and no room at all the field token."""
    assert all("class" not in fields for fields in HEARS["board"].values())
    assert all("token" not in fields for table in HEARS.values() for fields in table.values())


def test_the_rooms_of_all_hear_every_event_but_the_hall_file() -> None:
    """The configuration stands whole in the log alone."""
    assert HEARS["all"].keys() == EVENTS.keys()
    assert heard("all", HallConfigured(digest="d", source="file"), Places().texts).keys() >= {
        "digest",
        "source",
    }
    assert "hall" not in HEARS["all"]["hall_configured"]


@pytest.mark.parametrize("kind", HEARS)
def test_a_table_names_fields_that_exist(kind: str) -> None:
    """Of events that exist; a misspelt one would be silence."""
    for name, fields in HEARS[kind].items():
        known = {field.encode_name for field in msgspec.structs.fields(EVENTS[name])}
        assert set(fields) <= known, name


def test_an_offer_is_for_its_desk_and_a_note_names_no_text() -> None:
    """Of another desk's comfort nobody hears, and a text's id is of use to none."""
    offered = CallOffered(seq=9, day=DAY, desk="7", seconds=30)
    assert audience(offered, Places()) == [ALL, Room("desk", "7")]
    assert heard("desk", offered, Places().texts)["seconds"] == 30
    left = NoteLeft(seq=9, day=DAY, ticket="A042", desk="7", note="n-1")
    assert audience(left, Places()) == [ALL, Room("desk", "7")]
    assert "note" not in heard("desk", left, Places().texts)


def test_a_kiosk_hears_of_the_slips_it_is_to_print_for_a_person() -> None:
    """And of no other's; its copies it hears in its own answers."""
    slip = SlipReprinted(seq=9, day=DAY, ticket="A042", issue=2, copies=0, reason="lost", print_at="dev-2")
    assert Room("kiosk", "dev-2") in audience(slip, Places())
    assert heard("kiosk", slip, Places().texts)["print_at"] == "dev-2"
    copy = SlipReprinted(seq=9, day=DAY, ticket="A042", issue=1, copies=1, reason="unsure")
    assert audience(copy, Places()) == [ALL, visit_room(DAY, "A042")]


def test_every_kiosk_hears_that_somebody_comes_and_the_floor_alone_who_asked() -> None:
    """A kiosk knows its own request by number; boards and desks are not told."""
    assert audience(HelpAnswered(seq=9, day=DAY, request=8), Places()) == [ALL, Room("kiosk", "*")]
    assert audience(HelpRequested(seq=8, day=DAY, actor=KIOSK), Places()) == [ALL]
