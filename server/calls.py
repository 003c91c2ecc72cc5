"""Every HTTP call, page and Socket.IO event, and who may use it: the server decides by these lines alone.

The routes, the OpenAPI document and the tables of the documentation are made from them; what stands in none
of them is refused (``door.py``). Which role may send which command is in ``domain/rights.py``.
"""

from dataclasses import dataclass

from server.domain import rights
from server.domain.rights import EVERYONE, Roles


@dataclass(frozen=True, slots=True)
class Call:
    """One call: ``view`` is the method of ``Api``, or of a part of it, that answers; ``may`` are the roles.

    ``whose`` says in words who besides has what it takes; ``takes`` are the fields of its body, ``may_take``
    those that may be left out; ``answer`` is empty where the answer is, and may name a struct; ``also`` are
    the forms in which it can be had besides; ``in_demonstration``: there is nothing at it in a real hall.
    """

    method: str
    path: str
    view: str
    may: Roles
    summary: str
    whose: str = ""
    in_query: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    may_take: tuple[str, ...] = ()
    answer: str = "object"
    content_type: str = "application/json"
    also: tuple[str, ...] = ()
    in_demonstration: bool = False

    @property
    def in_path(self) -> tuple[str, ...]:
        """Give the names of the parameters in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def rule(self) -> str:
        """Give the path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def who(self) -> str:
        """Say in words who may."""
        return self.whose or rights.told(self.may)


@dataclass(frozen=True, slots=True)
class Page:
    """A page or a file of the pages: ``rule`` is Flask's path, ``view`` the method of ``Pages`` that answers.

    Pages are shells that hold nothing: what stands on them is asked for by calls.
    """

    rule: str
    view: str
    may: Roles = EVERYONE


COMMANDS_PATH = "/api/v1/commands"
COMMANDING = rights.KNOWN
"""Who may send commands at all, over HTTP or Socket.IO; which, is in ``domain/rights.py``."""

SOCKET_EVENTS: dict[str, Roles] = {
    "connect": EVERYONE,
    "join": EVERYONE,
    "command": COMMANDING,
    "disconnect": EVERYONE,
}
"""What a Socket.IO client may say, and who; a stranger hears the boards."""

PAGES = (
    Page("/", "start"),
    Page("/kiosk", "kiosk"),
    Page("/desk", "desk"),
    Page("/board", "board"),
    Page("/greeter", "greeter"),
    Page("/manager", "manager"),
    Page("/ledger", "ledger"),
    Page("/seal", "seal"),
    Page("/seal/<size>/code.svg", "seal_code"),
    Page("/book", "book"),
    Page("/book/<code>", "book"),
    Page("/demo", "demo"),
    Page("/visit/<token>", "visit"),
    Page("/visit/<token>/code.svg", "visit_code"),
    Page("/enter/<code>", "enter"),
    Page("/oidc/begin", "oidc_begin"),
    Page("/oidc/back", "oidc_back"),
    Page("/static/<folder>/<path:name>", "static"),
    Page("/texts/<language>.json", "texts"),
)

CALLS = (
    Call(
        "GET",
        "/api/v1/hall",
        "hall",
        EVERYONE,
        "The hall: names, services, desks, classes, whether it is open.",
    ),
    Call("GET", "/api/v1/queues", "queues", EVERYONE, "How many wait in each queue, and how long."),
    Call("GET", "/api/v1/board", "board", EVERYONE, "What the boards of a zone show.", in_query=("zone",)),
    Call(
        "GET",
        "/api/v1/overview",
        "overview.overview",
        rights.SEES_HALL,
        "The whole hall now: queues, services, desks, devices, help asked for, alarms.",
    ),
    Call(
        "GET",
        "/api/v1/lookup",
        "lookup.lookup",
        rights.FLOOR,
        "A ticket by its number, its slip's code or that code's address, and what may be done with it.",
        in_query=("code",),
    ),
    Call(
        "GET",
        "/api/v1/jump",
        "foresight.jump",
        rights.ABOVE,
        "What calling a ticket to a desk would be now: past how many, whether a second person must confirm.",
        in_query=("desk", "ticket"),
    ),
    Call(
        "POST",
        "/api/v1/verify",
        "proofs.begin",
        rights.HEARS_ALL,
        "Have the log proved beside the hall's work, one proof at a time; findings of some days or of all.",
        may_take=("from", "to"),
    ),
    Call(
        "GET",
        "/api/v1/verify",
        "proofs.told",
        rights.HEARS_ALL,
        "The last proof: how far it is, and what it found.",
    ),
    Call(
        "GET",
        "/api/v1/heads",
        "evidence.heads",
        EVERYONE,
        "The signed heads of the log over more than `since` events, the latest, and the hall's keys.",
        in_query=("since", "limit"),
    ),
    Call(
        "GET",
        "/api/v1/proofs/inclusion",
        "evidence.inclusion",
        EVERYONE,
        "Proof that an event is in the log of `size` events, or in that of the latest head (RFC 9162).",
        in_query=("seq", "size"),
    ),
    Call(
        "GET",
        "/api/v1/proofs/consistency",
        "evidence.consistency",
        EVERYONE,
        "Proof that the log of `second` events only extends that of `first` (RFC 9162).",
        in_query=("first", "second"),
    ),
    Call(
        "GET",
        "/api/v1/visits/{token}/receipt",
        "evidence.receipt",
        EVERYONE,
        "For who has its slip: the issue of a ticket under a signed head, once one covers it.",
        whose="its holder",
    ),
    Call(
        "GET",
        "/api/v1/check",
        "checks.check",
        rights.MAY_CHECK,
        "Whether the hall is ready, and what to do where it is not, in the asker's language.",
    ),
    Call("GET", "/api/v1/desks", "desks", rights.TOKENS, "The desks and who has them.", answer="array"),
    Call("GET", "/api/v1/snapshot", "snapshot", rights.KNOWN, "How the asker's room stands, whole."),
    Call(
        "GET",
        "/api/v1/visits/{token}",
        "visit",
        EVERYONE,
        "A visit, for whoever holds its token.",
        whose="its holder",
    ),
    Call(
        "GET",
        "/api/v1/slots",
        "bookings.slots",
        EVERYONE,
        "The days on which a service can be booked, and the free times of one.",
        in_query=("service", "day"),
    ),
    Call(
        "POST",
        "/api/v1/bookings",
        "bookings.book",
        rights.BOOKS_HERE,
        "Book a time; the answer has the code. ``id`` is a UUID; the same again books nothing again.",
        takes=("id", "service", "slot"),
        may_take=("class", "language", "quantity", "person", "contact"),
    ),
    Call(
        "GET",
        "/api/v1/bookings",
        "bookings.day",
        rights.FLOOR,
        "The bookings of a day, and how to reach who booked.",
        in_query=("day",),
        answer="array",
    ),
    Call(
        "GET",
        "/api/v1/bookings/{code}",
        "bookings.booking",
        EVERYONE,
        "A booking, for who has its code.",
        whose="its holder",
    ),
    Call(
        "PUT",
        "/api/v1/bookings/{code}",
        "bookings.move",
        rights.BOOKS_HERE,
        "Give a booking another time.",
        takes=("id", "slot"),
    ),
    Call(
        "DELETE",
        "/api/v1/bookings/{code}",
        "bookings.cancel",
        rights.BOOKS_HERE,
        "Give the place of a booking back.",
        takes=("id",),
    ),
    Call(
        "GET",
        "/api/v1/bookings/{code}/calendar",
        "bookings.calendar",
        EVERYONE,
        "A booking as an iCalendar file.",
        whose="its holder",
        answer="string",
        content_type="text/calendar",
    ),
    Call(
        "GET",
        "/api/v1/bookings/{code}/picture",
        "bookings.code_picture",
        EVERYONE,
        "The QR code that kiosks read.",
        whose="its holder",
        answer="string",
        content_type="image/svg+xml",
    ),
    Call(
        "GET",
        "/api/v1/ledger",
        "days.ledger",
        EVERYONE,
        "What moved the order on a day, by whom, and why.",
        in_query=("day",),
    ),
    Call(
        "GET",
        "/api/v1/figures",
        "days.figures",
        rights.SEES_HALL,
        "A day in figures by hall, service and desk; `format` is `json` or `csv`.",
        in_query=("day", "format"),
        answer="DayFigures",
        also=("text/csv",),
    ),
    Call(
        "GET",
        "/api/v1/tickets/{number}",
        "ticket",
        rights.HEARS_ALL,
        "A ticket: its events, and what they say in words.",
        in_query=("day",),
    ),
    Call(
        "GET",
        "/api/v1/events",
        "events",
        rights.HEARS_ALL,
        "The log after a seq, dense.",
        in_query=("since", "limit"),
    ),
    Call(
        "POST",
        "/api/v1/session",
        "sessions.sign_in",
        EVERYONE,
        "Sign in as an operator.",
        takes=("name", "password"),
        may_take=("code",),
    ),
    Call("GET", "/api/v1/session", "who_am_i", rights.TOKENS, "Who asks: id, name and role."),
    Call("DELETE", "/api/v1/session", "sessions.sign_out", EVERYONE, "Sign out.", answer=""),
    Call(
        "GET", "/api/v1/directory", "oidc.told", EVERYONE, "Whether people may sign in through a directory."
    ),
    Call(
        "POST",
        "/api/v1/second-factor",
        "second_factor.begin",
        rights.PEOPLE,
        "A key for the asker's second factor, shown once, as letters and as a QR code.",
        may_take=("code",),
    ),
    Call(
        "PUT",
        "/api/v1/second-factor",
        "second_factor.confirm",
        rights.PEOPLE,
        "Put that key in force by its first code.",
        takes=("code",),
    ),
    Call("GET", "/api/v1/operators", "people.all", rights.MANAGERS, "All operators.", answer="array"),
    Call(
        "POST",
        "/api/v1/operators",
        "people.add",
        rights.MANAGERS,
        "Let a person in; the password is told once.",
        takes=("name", "role"),
    ),
    Call(
        "POST",
        "/api/v1/operators/{operator_id}/password",
        "people.new_password",
        rights.MANAGERS,
        "A new password, told once.",
    ),
    Call(
        "PUT",
        "/api/v1/operators/{operator_id}",
        "people.set_role",
        rights.MANAGERS,
        "Give a person another role.",
        takes=("role",),
    ),
    Call(
        "DELETE",
        "/api/v1/operators/{operator_id}",
        "people.disable",
        rights.MANAGERS,
        "Take a person's right.",
        answer="",
    ),
    Call(
        "POST",
        "/api/v1/pairing",
        "pairing.ask_in",
        EVERYONE,
        "A code for a new device to show, and the secret to fetch its token with.",
        takes=("role",),
    ),
    Call(
        "GET",
        "/api/v1/pairing",
        "pairing.fetch",
        EVERYONE,
        "Whether the code was typed in: `waiting`, `expired`, or `paired` with the token, once.",
        whose="the secret's holder",
    ),
    Call("GET", "/api/v1/devices", "pairing.all", rights.MANAGERS, "The devices in use.", answer="array"),
    Call(
        "POST",
        "/api/v1/devices",
        "pairing.pair",
        rights.MANAGERS,
        "Let in the device that shows a code.",
        takes=("code", "name"),
        may_take=("desk",),
    ),
    Call(
        "DELETE",
        "/api/v1/devices/{device_id}",
        "pairing.revoke",
        rights.MANAGERS,
        "Take a device's token back.",
        answer="",
    ),
    Call(
        "PUT",
        "/api/v1/staff-pin",
        "staff_pin.set",
        rights.MANAGERS,
        "Set the PIN of the staff's screen at the kiosks: 4 to 8 digits.",
        takes=("pin",),
        answer="",
    ),
    Call(
        "POST",
        "/api/v1/staff-pin",
        "staff_pin.check",
        rights.KIOSKS,
        "Whether the PIN is right.",
        takes=("pin",),
    ),
    Call(
        "GET",
        "/api/v1/kiosks",
        "kiosks.all",
        rights.TOKENS,
        "Where the kiosks stand, and which of them work.",
        answer="array",
    ),
    Call(
        "GET",
        "/api/v1/slips/{number}",
        "kiosks.slip",
        rights.KIOSKS,
        "What stands on a slip that a person had issued or printed anew.",
        whose="the kiosk that is to print it",
        in_query=("day",),
    ),
    Call(
        "POST",
        "/api/v1/demo",
        "demo.enter",
        EVERYONE,
        "In a demonstration hall: sign in by a one-time link.",
        whose="anyone with a link",
        takes=("key",),
        in_demonstration=True,
    ),
    Call(
        "POST",
        "/api/v1/demo/kiosk",
        "demo.kiosk",
        rights.PEOPLE,
        "In a demonstration hall: a token for a kiosk in the browser.",
        in_demonstration=True,
    ),
    Call(
        "GET",
        "/api/v1/demo",
        "demo.told",
        rights.PEOPLE,
        "In a demonstration hall: what to type in a terminal.",
        in_demonstration=True,
    ),
    Call(
        "GET",
        "/api/v1/demo/speed",
        "demo.speed",
        rights.KNOWN,
        "In a demonstration hall: how many times as fast as the wall its time passes, and what time it is.",
        in_demonstration=True,
    ),
    Call(
        "PUT",
        "/api/v1/demo/speed",
        "demo.set_speed",
        rights.PEOPLE,
        "In a demonstration hall: let its time pass 1, 10 or 60 times as fast.",
        takes=("speed",),
        in_demonstration=True,
    ),
    Call(
        "POST",
        "/api/v1/demo/power-cut",
        "demo.cut_power",
        rights.PEOPLE,
        "In a demonstration hall: kill the server, which is then started again.",
        in_demonstration=True,
    ),
    Call(
        "POST",
        "/api/v1/demo/changed-byte",
        "demo.change_byte",
        rights.PEOPLE,
        "In a demonstration hall: change one byte of a copy of the log, and verify both.",
        in_demonstration=True,
    ),
    Call(
        "GET",
        "/api/v1/standby/log",
        "standbys.log",
        rights.STANDBY,
        "The commits after an event, as soon as there are any; asking says that one has the log up to there.",
        in_query=("since", "root", "port"),
    ),
    Call(
        "GET",
        "/api/v1/standby/copies/{name}",
        "standbys.copy",
        rights.STANDBY,
        "A copy of `access` or `private`, the databases beside the log.",
        answer="string",
        content_type="application/octet-stream",
    ),
    Call(
        "POST",
        "/api/v1/epoch",
        "standbys.epoch",
        EVERYONE,
        "Tell a server of a later epoch, whose name proves itself: it stands aside for good.",
        takes=("epoch",),
    ),
    Call("GET", "/healthz", "health.healthz", EVERYONE, "Whether the server's hub turns."),
    Call("GET", "/readyz", "health.readyz", EVERYONE, "Whether commands can be taken: disk, log, epoch."),
    Call(
        "GET",
        "/metrics",
        "metrics",
        EVERYONE,
        "Prometheus metrics.",
        whose="loopback or a token",
        answer="string",
        content_type="text/plain",
    ),
    Call("GET", "/openapi.json", "openapi", EVERYONE, "This interface."),
    Call("GET", "/asyncapi.json", "asyncapi", EVERYONE, "The interface over Socket.IO."),
)
