"""Every HTTP call but the commands: the routes and the OpenAPI document are made from this one table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call: ``view`` is the method of ``Api``, or of a part of it, that answers.

    ``takes`` are the fields of its body, ``may_take`` those that may be left out; ``answer`` is empty
    where the answer is, and may name a struct; ``also`` are the forms in which it can be had besides.
    """

    method: str
    path: str
    view: str
    who: str
    summary: str
    in_query: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    may_take: tuple[str, ...] = ()
    answer: str = "object"
    content_type: str = "application/json"
    also: tuple[str, ...] = ()

    @property
    def in_path(self) -> tuple[str, ...]:
        """Give the names of the parameters in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def rule(self) -> str:
        """Give the path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")


SEES_HALL = "greeter, lead, manager, admin, inspector, reader and integration"
MANAGERS = "manager and admin"
READERS = "inspector, manager, admin, reader and integration"

CALLS = (
    Call(
        "GET",
        "/api/v1/hall",
        "hall",
        "anyone",
        "The hall: names, services, desks, classes, whether it is open.",
    ),
    Call("GET", "/api/v1/queues", "queues", "anyone", "How many wait in each queue, and how long."),
    Call("GET", "/api/v1/board", "board", "anyone", "What the boards of a zone show.", in_query=("zone",)),
    Call(
        "GET",
        "/api/v1/overview",
        "overview.overview",
        SEES_HALL,
        "The whole hall now: queues, services, desks, devices, help asked for, alarms.",
    ),
    Call(
        "GET",
        "/api/v1/lookup",
        "lookup.lookup",
        "greeter, lead, manager, admin and integration",
        "A ticket by its number, its slip's code or that code's address, and what may be done with it.",
        in_query=("code",),
    ),
    Call(
        "GET",
        "/api/v1/jump",
        "foresight.jump",
        "lead, manager, admin and integration",
        "What calling a ticket to a desk would be now: past how many, whether a second person must confirm.",
        in_query=("desk", "ticket"),
    ),
    Call(
        "POST",
        "/api/v1/verify",
        "proofs.begin",
        READERS,
        "Have the log proved beside the hall's work, one proof at a time; findings of some days or of all.",
        may_take=("from", "to"),
    ),
    Call(
        "GET",
        "/api/v1/verify",
        "proofs.told",
        READERS,
        "The last proof: how far it is, and what it found.",
    ),
    Call(
        "GET",
        "/api/v1/check",
        "checks.check",
        "lead, manager and admin",
        "Whether the hall is ready, and what to do where it is not, in the asker's language.",
    ),
    Call(
        "GET",
        "/api/v1/desks",
        "desks",
        "any token or operator",
        "The desks and who has them.",
        answer="array",
    ),
    Call(
        "GET", "/api/v1/snapshot", "snapshot", "any token or operator", "How the asker's room stands, whole."
    ),
    Call("GET", "/api/v1/visits/{token}", "visit", "anyone", "A visit, for whoever holds its token."),
    Call(
        "GET",
        "/api/v1/slots",
        "bookings.slots",
        "anyone",
        "The days on which a service can be booked, and the free times of one.",
        in_query=("service", "day"),
    ),
    Call(
        "POST",
        "/api/v1/bookings",
        "bookings.book",
        "anyone",
        "Book a time; the answer has the code. ``id`` is a UUID; the same again books nothing again.",
        takes=("id", "service", "slot"),
        may_take=("class", "language", "quantity", "person", "contact"),
    ),
    Call(
        "GET",
        "/api/v1/bookings",
        "bookings.day",
        "greeter, lead, manager, admin and integration",
        "The bookings of a day, and how to reach who booked.",
        in_query=("day",),
        answer="array",
    ),
    Call("GET", "/api/v1/bookings/{code}", "bookings.booking", "anyone", "A booking, for who has its code."),
    Call(
        "PUT",
        "/api/v1/bookings/{code}",
        "bookings.move",
        "anyone",
        "Give a booking another time.",
        takes=("id", "slot"),
    ),
    Call(
        "DELETE",
        "/api/v1/bookings/{code}",
        "bookings.cancel",
        "anyone",
        "Give the place of a booking back.",
        takes=("id",),
    ),
    Call(
        "GET",
        "/api/v1/bookings/{code}/calendar",
        "bookings.calendar",
        "anyone",
        "A booking as an iCalendar file.",
        answer="string",
        content_type="text/calendar",
    ),
    Call(
        "GET",
        "/api/v1/bookings/{code}/picture",
        "bookings.code_picture",
        "anyone",
        "The QR code that kiosks read.",
        answer="string",
        content_type="image/svg+xml",
    ),
    Call(
        "GET",
        "/api/v1/ledger",
        "days.ledger",
        "anyone",
        "What moved the order on a day, by whom, and why.",
        in_query=("day",),
    ),
    Call(
        "GET",
        "/api/v1/figures",
        "days.figures",
        SEES_HALL,
        "A day in figures by hall, service and desk; `format` is `json` or `csv`.",
        in_query=("day", "format"),
        answer="DayFigures",
        also=("text/csv",),
    ),
    Call(
        "GET",
        "/api/v1/tickets/{number}",
        "ticket",
        READERS,
        "A ticket: its events, and what they say in words.",
        in_query=("day",),
    ),
    Call(
        "GET", "/api/v1/events", "events", READERS, "The log after a seq, dense.", in_query=("since", "limit")
    ),
    Call(
        "POST",
        "/api/v1/session",
        "sessions.sign_in",
        "anyone",
        "Sign in as an operator.",
        takes=("name", "password"),
    ),
    Call("GET", "/api/v1/session", "who_am_i", "any token or operator", "Who asks: id, name and role."),
    Call("DELETE", "/api/v1/session", "sessions.sign_out", "anyone", "Sign out.", answer=""),
    Call("GET", "/api/v1/operators", "people.all", MANAGERS, "All operators.", answer="array"),
    Call(
        "POST",
        "/api/v1/operators",
        "people.add",
        MANAGERS,
        "Let a person in; the password is told once.",
        takes=("name", "role"),
    ),
    Call(
        "POST",
        "/api/v1/operators/{operator_id}/password",
        "people.new_password",
        MANAGERS,
        "A new password, told once.",
    ),
    Call(
        "PUT",
        "/api/v1/operators/{operator_id}",
        "people.set_role",
        MANAGERS,
        "Give a person another role.",
        takes=("role",),
    ),
    Call(
        "DELETE",
        "/api/v1/operators/{operator_id}",
        "people.disable",
        MANAGERS,
        "Take a person's right.",
        answer="",
    ),
    Call(
        "POST",
        "/api/v1/pairing",
        "pairing.ask_in",
        "anyone",
        "A code for a new device to show, and the secret to fetch its token with.",
        takes=("role",),
    ),
    Call(
        "GET",
        "/api/v1/pairing",
        "pairing.fetch",
        "the secret's holder",
        "Whether the code was typed in: `waiting`, `expired`, or `paired` with the token, once.",
    ),
    Call("GET", "/api/v1/devices", "pairing.all", MANAGERS, "The devices in use.", answer="array"),
    Call(
        "POST",
        "/api/v1/devices",
        "pairing.pair",
        MANAGERS,
        "Let in the device that shows a code.",
        takes=("code", "name"),
        may_take=("desk",),
    ),
    Call(
        "DELETE",
        "/api/v1/devices/{device_id}",
        "pairing.revoke",
        MANAGERS,
        "Take a device's token back.",
        answer="",
    ),
    Call(
        "PUT",
        "/api/v1/staff-pin",
        "staff_pin.set",
        MANAGERS,
        "Set the PIN of the staff's screen at the kiosks: 4 to 8 digits.",
        takes=("pin",),
        answer="",
    ),
    Call(
        "POST", "/api/v1/staff-pin", "staff_pin.check", "kiosk", "Whether the PIN is right.", takes=("pin",)
    ),
    Call(
        "GET",
        "/api/v1/kiosks",
        "kiosks.all",
        "any token or operator",
        "Where the kiosks stand, and which of them work.",
        answer="array",
    ),
    Call(
        "GET",
        "/api/v1/slips/{number}",
        "kiosks.slip",
        "the kiosk that is to print it",
        "What stands on a slip that a person had issued or printed anew.",
        in_query=("day",),
    ),
    Call(
        "POST",
        "/api/v1/demo",
        "demo.enter",
        "anyone with a link",
        "In a demonstration hall: sign in by a one-time link.",
        takes=("key",),
    ),
    Call(
        "POST",
        "/api/v1/demo/kiosk",
        "demo.kiosk",
        "operators",
        "In a demonstration hall: a token for a kiosk in the browser.",
    ),
    Call(
        "GET",
        "/api/v1/demo",
        "demo.told",
        "operators",
        "In a demonstration hall: what to type in a terminal.",
    ),
    Call(
        "GET",
        "/api/v1/demo/speed",
        "demo.speed",
        "any token or operator",
        "In a demonstration hall: how many times as fast as the wall its time passes, and what time it is.",
    ),
    Call(
        "PUT",
        "/api/v1/demo/speed",
        "demo.set_speed",
        "operators",
        "In a demonstration hall: let its time pass 1, 10 or 60 times as fast.",
        takes=("speed",),
    ),
    Call(
        "POST",
        "/api/v1/demo/power-cut",
        "demo.cut_power",
        "operators",
        "In a demonstration hall: kill the server, which is then started again.",
    ),
    Call(
        "POST",
        "/api/v1/demo/changed-byte",
        "demo.change_byte",
        "operators",
        "In a demonstration hall: change one byte of a copy of the log, and verify both.",
    ),
    Call(
        "GET",
        "/api/v1/standby/log",
        "standbys.log",
        "standby",
        "The commits after an event, as soon as there are any; asking says that one has the log up to there.",
        in_query=("since", "root", "port"),
    ),
    Call(
        "GET",
        "/api/v1/standby/copies/{name}",
        "standbys.copy",
        "standby",
        "A copy of `access` or `private`, the databases beside the log.",
        answer="string",
        content_type="application/octet-stream",
    ),
    Call(
        "POST",
        "/api/v1/epoch",
        "standbys.epoch",
        "anyone",
        "Tell a server of a later epoch, whose name proves itself: it stands aside for good.",
        takes=("epoch",),
    ),
    Call("GET", "/healthz", "health.healthz", "anyone", "Whether the server's hub turns."),
    Call("GET", "/readyz", "health.readyz", "anyone", "Whether commands can be taken: disk, log, epoch."),
    Call(
        "GET",
        "/metrics",
        "metrics",
        "loopback or a token",
        "Prometheus metrics.",
        answer="string",
        content_type="text/plain",
    ),
    Call("GET", "/openapi.json", "openapi", "anyone", "This interface."),
    Call("GET", "/asyncapi.json", "asyncapi", "anyone", "The interface over Socket.IO."),
)
