"""Hostile input from everywhere: HTTP by its own document, Socket.IO by hand and by chance, any bytes."""

import http.client
import json
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
import websocket
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from kiosk.printing.status import read_status
from kiosk.settings import Settings
from protocol import wire
from server.codes import Codes
from server.hallfile import HallFileMistakes, read_hall
from server.refusals import UnknownCode
from server.tokens import ticket_of
from tests.engines import HALL
from tests.network_hall import NetworkHall, running
from tests.socket_client import PATH, SocketClient
from ui.settings import SettingsMistake, read_settings

CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
ROLES = ("integration", "admin", "", "kiosk")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[NetworkHall]:
    """Run a hall for one test: what is done to it here is nobody else's."""
    with running(tmp_path) as one:
        yield one


def tried(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say how often something is tried: the same each time, and no searching for a shorter example."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def headers_of(hall: NetworkHall, role: str) -> dict[str, str]:
    """Give what an asker of a role sends along; a stranger sends nothing."""
    if role == "admin":
        cookie = hall.known("admin").cookie
        return {"Cookie": cookie, "Origin": f"http://127.0.0.1:{hall.port}"}
    return {"Authorization": f"Bearer {hall.token(role)}"} if role else {}


@pytest.mark.fault(number="T23")
@pytest.mark.slow
def test_http_made_from_its_own_document(hall: NetworkHall, record_property: Any, *, long: bool) -> None:
    """By a stranger, a kiosk, another system and an admin: each answer is one that the document promises."""
    document = hall.process.get("/openapi.json")[1]
    schema = schemathesis.openapi.from_dict(document)
    asked, wrong, session = 0, list[str](), requests.Session()

    def try_one(operation: Any, headers: dict[str, str], examples: int) -> None:
        @tried(examples)
        @given(operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            answer = case.call(base_url=f"http://127.0.0.1:{hall.port}", headers=headers, session=session)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                wrong.extend(f"{operation.method} {operation.path}: {each}" for each in failures.exceptions)

        ask()

    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == sum(map(len, document["paths"].values()))
    roles = ROLES if long else ROLES[:2]
    for role in roles:
        for operation in operations:
            # An admin who signs out, or signs in as another, is a stranger from then on.
            if role == "admin" and operation.path == "/api/v1/session":
                continue
            # A wrong password costs the time that a right one does, on purpose.
            is_slow = "password" in str(operation.path) or "session" in str(operation.path)
            try_one(operation, headers_of(hall, role), 2 if is_slow else 40 if long else 2)
    session.close()
    assert wrong == []
    assert asked >= len(roles) * (len(operations) - 1)
    unharmed(hall)
    record_property("requests", asked)
    record_property("status 500 and above", 0)
    record_property("answers that the document does not promise", 0)


def unharmed(hall: NetworkHall) -> None:
    """See that the hall still answers, said no traceback, and has a log that verifies."""
    assert hall.process.get("/readyz")[0] == 200
    log = (hall.process.data / "server.log").read_text()
    assert "Traceback" not in log
    verified = hall.process.command_line("verify")
    assert verified.returncode == 0, verified.stdout


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
COMMANDS = st.fixed_dictionaries(
    {"type": st.sampled_from(["issue_ticket", "call_next", "configure", "park", "no_such_command"])},
    optional={"id": JSON, "service": JSON, "desk": JSON, "hall": JSON, "not_before": JSON, "at": JSON},
)
HANDMADE = [
    "[" * 1_000 + "]" * 1_000,
    '{"a":' * 1_000 + "1" + "}" * 1_000,
    '{"type":"issue_ticket","id":"' + "x" * 60_000 + '"}',
    '{"type":"issue_ticket","id":"\\ud800\\ud800\\ud800","service":"passport"}',
    '{"type":"issue_ticket","id":"12345678","service":NaN}',
    "NaN",
    "1e999999",
    "-0",
    '"\\u0000"',
    "{}",
    "[]",
    "",
]
"""What stands behind the name of an event: JSON that its parsers like least, and what is none."""

RAW = [
    *(
        "",
        "9",
        "3",
        "6",
        "4",
        "40",
        "41",
        "45",
        "4999",
        "42",
        "42[]",
        "42[null]",
        '42["command"]',
        '42["x",1]',
    ),
    *(
        "43[1]",
        '43999["x"]',
        '451-["command",{"_placeholder":true,"num":0}]',
        "459999999-[",
        "42999999999999[1]",
    ),
    *('42/other,["join",{}]', "40/other,", '44{"message":"no"}', "4" * 1_000, "42" + "[" * 5_000),
    *(
        '421["join",{"seq":-1}]',
        '422["join",{"seq":1e300,"epoch":[]}]',
        '423["join",{"zone":"' + "z" * 9_000 + '"}]',
    ),
]
"""Packets of Engine.IO and Socket.IO that no honest client sends."""


def rss_mb(hall: NetworkHall) -> float:
    """Give the memory that the server holds."""
    assert hall.process.process
    status = Path(f"/proc/{hall.process.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def send_raw(hall: NetworkHall, token: str, packet: Any) -> None:
    """Connect properly, say one thing that no honest client says, and see what comes until it ends."""
    client = SocketClient(hall.port, {"token": token})
    client.wire.settimeout(0.02)
    with suppress(websocket.WebSocketException, OSError):
        if isinstance(packet, bytes):
            client.wire.send_binary(packet)
        else:
            client.wire.send(packet)
        client.wire.recv()
    client.close()


def send_polled(hall: NetworkHall, body: bytes) -> int:
    """Say it by the older way, a POST to a session of Engine.IO; gives the status."""
    connection = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=5)
    path = PATH.replace("websocket", "polling")
    connection.request("GET", path)
    opened = connection.getresponse().read()
    session = json.loads(opened[1:])["sid"] if opened.startswith(b"0{") else "none"
    connection.request("POST", f"{path}&sid={session}", body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def shake_hands_only(hall: NetworkHall, many: int) -> None:
    """Open so many connections that never say who they are, and leave them without a goodbye."""
    for _ in range(many):
        wire_ = websocket.create_connection(f"ws://127.0.0.1:{hall.port}{PATH}", timeout=5)
        wire_.recv()
        wire_.shutdown()  # type: ignore[no-untyped-call]  # websocket-client leaves this one untyped


@pytest.mark.fault(number="T24")
@pytest.mark.slow
def test_sockets_by_hand_and_by_chance(hall: NetworkHall, record_property: Any, *, long: bool) -> None:
    """Whatever is said, the server answers the others, says no traceback, and its memory stays level."""
    token, said = hall.token("integration"), 0
    speaker = SocketClient(hall.port, {"token": token})
    before = rss_mb(hall)

    @tried(2_000 if long else 120)
    @given(st.sampled_from(["command", "join", "connect", "no such event"]), JSON | COMMANDS)
    def say(event: str, value: Any) -> None:
        nonlocal said
        said += 1
        speaker.emit(event, value)
        answer = speaker.command("issue_ticket", f"after-{said:06}", service="passport")
        assert answer["ok"] or answer["code"] in {"hall_closed", "hall_paused", "service_suspended"}, answer

    say()
    draw = random.Random(5)  # noqa: S311 - the same bytes each time
    noise = [draw.randbytes(draw.randrange(1, 200)) for _ in range(400 if long else 20)]
    for packet in [*RAW, *(f'424["command",{text}]' for text in HANDMADE), *noise]:
        send_raw(hall, token, packet)
    statuses = {send_polled(hall, body) for body in [*noise, *(packet.encode() for packet in RAW)]}
    assert max(statuses) < HTTPStatus.INTERNAL_SERVER_ERROR, statuses
    shake_hands_only(hall, 5_000 if long else 100)
    speaker.emit("command", {})
    speaker.wire.send("nonsense")
    assert speaker.is_ended(5), "who says what is no packet is dropped"
    another = SocketClient(hall.port, {"token": hall.token("reader")})
    assert another.join()["seq"] > said
    unharmed(hall)
    record_property("values said", said)
    record_property("packets and noise", len(RAW) + len(HANDMADE) + len(noise))
    record_property("megabytes more", round(rss_mb(hall) - before, 1))
    another.close()
    speaker.close()


class Noise:
    """A printer's line that says what it likes, in pieces, and then answers that all is well."""

    WELL = b"\x12"

    def __init__(self, said: bytes) -> None:
        """Say these bytes, three at a time."""
        self._said = iter([said[n : n + 3] for n in range(0, len(said), 3)])

    def receive(self, seconds: float) -> bytes:
        """Give what comes next; what was said before the question is passed over."""
        return next(self._said, self.WELL) if seconds else b""

    def send(self, data: bytes, seconds: float) -> None:
        """Take a question."""


def parse_status(said: bytes) -> None:
    """Ask a printer that says these bytes how it is."""
    status = read_status(Noise(said))  # type: ignore[arg-type]  # it is asked for no more than these two
    assert status.state in {"ok", "fault", "unknown"}


def parse_event(said: bytes) -> None:
    """Read an event of a log."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        wire.decode_event(said)


def parse_command(said: bytes) -> None:
    """Read a command."""
    with suppress(wire.Malformed):
        wire.decode_command(said)


def parse_hall(said: bytes) -> None:
    """Read a hall file that came over the network, as text."""
    with suppress(HallFileMistakes):
        read_hall(said.decode("utf-8", "replace"), HALL)


def parse_token(said: bytes) -> None:
    """Read what a slip's code says."""
    assert ticket_of(b"key", said.decode("utf-8", "replace")) is None


def parse_code(said: bytes) -> None:
    """Read a pairing code that somebody typed."""
    with suppress(UnknownCode):
        Codes().take(said.decode("utf-8", "replace"), 0)


PIECES = (
    *(
        b'{"type":"ticket_issued","seq":',
        b'"at":1e400',
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"[" * 2_000,
        b"{" * 2_000,
    ),
    *(
        b"[hall]\n",
        b"id = ",
        b"[[service]]\n",
        b"a = 0x",
        b"9" * 5_000,
        b"= 2026-99-99",
        b"'''",
        b"\x00",
        b"\x12\x16",
    ),
    *(
        b"261128-A001-",
        b"0" * 32,
        b"\xd9\xa4\xd9\xa8",
        b"\xc2\xb2",
        b'"id":"',
        b"}",
        b"]",
        b",",
        b"null",
        b"-0.0",
    ),
    *(
        b"names = { en = ",
        b"hours = { mon = [",
        b'"09:00-25:99"',
        b"credit_minutes = ",
        b"inf",
        b"nan",
        b"\n",
    ),
)
SAID = st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join)
PARSERS = [parse_status, parse_event, parse_command, parse_hall, parse_token, parse_code]


@pytest.mark.fault(number="T25")
@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
def test_any_bytes_are_read_or_refused(
    parse: Callable[[bytes], None], record_property: Any, *, long: bool
) -> None:
    """A parser raises what it is declared to raise, and nothing else."""
    many = 5_000 if long else 150

    @tried(many)
    @given(SAID)
    def read(said: bytes) -> None:
        parse(said)

    read()
    record_property(parse.__name__, many)


@pytest.mark.fault(number="T25")
def test_any_settings_file_is_read_or_refused(tmp_path: Path, *, long: bool) -> None:
    """In a sentence that says what is wrong."""
    path = tmp_path / "kiosk.toml"

    @tried(2_000 if long else 100)
    @given(SAID)
    def read(said: bytes) -> None:
        path.write_bytes(said)
        with suppress(SettingsMistake):
            read_settings(Settings, path)

    read()
    with pytest.raises(ValueError, match="digits"):
        tomllib.loads("a = " + "9" * 5_000)
    path.write_text("a = " + "9" * 5_000)
    with pytest.raises(SettingsMistake, match="digits"):
        read_settings(Settings, path)


def test_an_answer_that_is_not_promised_is_found(hall: NetworkHall) -> None:
    """The checks above can fail."""
    document = hall.process.get("/openapi.json")[1]
    document["paths"]["/api/v1/queues"]["get"]["responses"] = {"418": {"description": "A teapot."}}
    schema = schemathesis.openapi.from_dict(document)
    case = schema["/api/v1/queues"]["GET"].Case()
    with requests.Session() as session:
        answer = case.call(base_url=f"http://127.0.0.1:{hall.port}", session=session)
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS)
