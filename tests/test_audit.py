"""Bad input, told in plain answers: nothing of it is a fault of the server, a silence, or a silent change."""

import http.client
import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from gevent import socket as gevent_socket  # type: ignore[import-untyped]
from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]

from protocol import wire
from protocol.commands import AdvanceClock
from protocol.words import HOUR
from server import log, wsgi
from server.__main__ import main
from server.hallfile import HallFileMistakes, load_hall
from server.log import Reader
from server.merkle import Frontier
from server.opening import open_hall
from server.snapshots import LogBroken
from server.soundness import Damaged
from server.verify import verify
from tests.engines import HALL as ENGINE_HALL
from tests.engines import NOON, SYSTEM, new_id, running
from tests.engines import ticket as issue
from tests.hall_process import ROOT, HallProcess
from tests.network_hall import NetworkHall
from tests.socket_client import SocketClient

TINY = ROOT / "config/halls/tiny.toml"
COMMANDS = "/api/v1/commands"
LATER = ("carry_luggage",)
"""Commands of a later version; all that the design names are built."""


@pytest.fixture(scope="module")
def token(hall_server: NetworkHall) -> str:
    """Give the token of another system."""
    return hall_server.token("integration")


def send(hall: NetworkHall, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
    """Send bytes as they are; gives status, content type and text."""
    connection = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000, id="deep list"),
        pytest.param(b'{"a":' * 40_000, id="deep object"),
        pytest.param(b'{"type":"\xff\xfe"}', id="not UTF-8"),
        pytest.param(b'{"type":"advance_clock","id":"12345678","at":NaN}', id="NaN"),
        pytest.param(b'{"type":"advance_clock","id":"12345678","at":-1}', id="before all time"),
        pytest.param(b'{"type":"advance_clock","id":"12345678","at":9007199254740992}', id="2^53"),
        pytest.param(
            b'{"type":"advance_clock","id":"12345678","at":' + b"9" * 5000 + b"}", id="endless number"
        ),
        pytest.param(b'{"type":"advance_clock","id":"12345678\\n","at":1}', id="line break after an id"),
        pytest.param(b'{"type":"advance_clock","id":"1234\\u00005678","at":1}', id="zero byte in an id"),
        pytest.param(
            b'{"type":"report_device","id":"12345678","device":"x\\n","kind":"y","state":"z"}',
            id="line break after a code",
        ),
        pytest.param(
            '{"type":"abandon","id":"12345678","ticket":"A001","day":"２０２６-01-01"}'.encode(),
            id="digits of another script in a day",
        ),
        pytest.param(b'{"type":["abandon"],"id":"12345678"}', id="a list for a type"),
        pytest.param(b"null", id="null"),
        pytest.param(b"", id="nothing"),
        pytest.param(json.dumps([1] * 201).encode(), id="too many"),
    ],
)
def test_rubbish_is_malformed(hall_server: NetworkHall, token: str, body: bytes) -> None:
    """What cannot be a command is 422 with a path, and nothing has changed."""
    before = hall_server.process.get("/readyz")[1]["seq"]
    status, kind, text = send(hall_server, "POST", COMMANDS, body, Authorization=f"Bearer {token}")
    assert (status, kind) == (422, "application/problem+json"), text
    said = json.loads(text)
    assert said["code"] == "malformed"
    assert said["path"].startswith("$")
    assert hall_server.process.get("/readyz")[1]["seq"] == before


@pytest.mark.parametrize("name", LATER)
def test_what_is_not_built_is_unknown(hall_server: NetworkHall, token: str, name: str) -> None:
    """A command of a later version is unknown, alone and inside an array, and the sentence names it."""
    asker = hall_server.process.asker(token)
    status, alone = asker.say(name)
    assert (status, alone["code"]) == (422, "unknown_command")
    assert name in alone["detail"]
    _, (among,) = asker.ask("POST", COMMANDS, [{"type": name, "id": new_id()}])
    assert (among["ok"], among["code"]) == (False, "unknown_command")


@pytest.mark.parametrize("since", ["9" * 20, "9" * 4500, "-1", "x", "1.5", "٣"])
def test_a_place_that_no_log_has_is_malformed(hall_server: NetworkHall, token: str, since: str) -> None:
    """A ``since`` that is no number below 2^53 is 422, however long."""
    status, answer = hall_server.process.get(f"/api/v1/events?since={quote(since)}", token)
    assert (status, answer["path"]) == (422, "$.since")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": "http://["}, 403, id="an origin that is no address"),
        pytest.param({"Origin": "null"}, 403, id="a page of nowhere"),
        pytest.param({"Origin": "http://evil.example"}, 403, id="another site"),
        pytest.param({"Cookie": "novbe=\xff"}, 401, id="a cookie that is no text"),
        pytest.param({"Cookie": "novbe=e30.aaa.bbb"}, 401, id="a cookie signed by nobody"),
        pytest.param({"Authorization": "Bearer \xff\xfe", "Cookie": ""}, 401, id="a token that is no text"),
    ],
)
def test_a_page_of_another_site_is_refused(
    hall_server: NetworkHall, headers: dict[str, str], status: int
) -> None:
    """Whatever a browser or a program says of itself, the answer is a problem document."""
    operator, _ = hall_server.operator()
    said = {"Cookie": operator.cookie, **headers}
    got, kind, _ = send(hall_server, "POST", COMMANDS, b'{"type":"open_day","id":"12345678"}', **said)
    assert (got, kind) == (status, "application/problem+json")


def test_every_command_over_a_socket_is_answered(hall_server: NetworkHall, token: str) -> None:
    """Whatever is sent as ``join`` or ``command``, the acknowledgement comes."""
    client = hall_server.socket(token)
    for number, said in enumerate((None, 5, "x", [1], {"type": "announce"}, {"type": "issue_ticket"})):
        assert client.ask("command", said)["code"] in {"malformed", "unknown_command"}
        assert "snapshot" in client.ask("join", said)
        client.wire.send(f"429{number}" + json.dumps(["command", said, "and more"]))
        assert client.answer(int(f"9{number}"))["ok"] is False
    client.close()


@pytest.mark.parametrize("event", ["disconnect", "connect"])
def test_nobody_escapes_a_revocation(hall_server: NetworkHall, event: str) -> None:
    """A client that sends an event named as the library's own keeps its identity, and is dropped with it."""
    name = f"escaping-{event}"
    client = SocketClient(hall_server.port, {"token": hall_server.register.add_device(name, "reader")})
    client.join()
    client.wire.send("42" + json.dumps([event, {"REQUEST_METHOD": "GET"}]))
    assert client.command("open_day", new_id())["code"] == "not_allowed"
    assert hall_server.register.revoke(name) == 1
    assert client.is_ended(3)
    client.close()


def test_metrics_are_no_visitors_matter(hall_server: NetworkHall, token: str) -> None:
    """From elsewhere a device's token opens the metrics; a visit's does not."""
    asker = hall_server.process.asker(token)
    (issued,) = asker.done("issue_ticket", service="passport")
    elsewhere = {"X-Forwarded-For": "10.0.0.1"}
    assert asker.ask("GET", "/metrics", **elsewhere)[0] == 200
    assert hall_server.process.asker(issued["token"]).ask("GET", "/metrics", **elsewhere)[0] == 403


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a data folder with one ticket in its log."""
    with running(tmp_path, ENGINE_HALL, driven=True) as opened:
        opened.engine.submit(issue(at=NOON), SYSTEM)
    return tmp_path


@pytest.mark.parametrize("database", ["hall.db", "access.db"])
@pytest.mark.parametrize(
    "words",
    [
        "token --role kiosk --name x",
        "operator add ann",
        "verify",
        "explain A001",
    ],
)
def test_a_damaged_database_is_one_sentence(
    tmp_path: Path, database: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no database ends each command with a sentence, if the command needs it at all."""
    (tmp_path / database).write_bytes(b"rubbish" * 1000)
    status = main([*words.split(), "--data", str(tmp_path)])
    said = capsys.readouterr()
    needs = (database == "hall.db") == (words.split(maxsplit=1)[0] in {"verify", "explain"})
    assert status in ({1} if needs else {0, 1})
    assert len((said.out + said.err).splitlines()) == 1 or not needs


@pytest.mark.parametrize("port", ["99999", "-1", "x"])
def test_a_port_that_is_none_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number that is no port is refused; it does not become another port."""
    with pytest.raises(SystemExit) as ended:
        main(["run", "--hall", "x.toml", "--data", "x", "--port", port])
    assert ended.value.code == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param("body = '{'", "event 3 of hall.db cannot be read", id="no JSON"),
        pytest.param("body = cast(body AS blob)", "event 3 of hall.db cannot be read", id="no text"),
        pytest.param("body = replace(body, 'ticket_issued', 'later')", "its columns", id="another type"),
        pytest.param(
            'body = replace(body, \'"queue":"A"\', \'"queue":"Z"\')', "does not fit its root", id="no queue"
        ),
    ],
)
def test_a_log_that_was_tampered_with_is_one_sentence(folder: Path, change: str, sentence: str) -> None:
    """A start on it ends in a sentence, and verify names the event."""
    for snapshot in (folder / "snapshots").glob("*"):
        snapshot.unlink()
    with closing(sqlite3.connect(folder / log.FILE)) as db, db:
        db.execute("DROP INDEX events_by_ticket")  # which refuses a body that is no JSON
        db.execute(f"UPDATE events SET {change} WHERE seq = 3")  # noqa: S608 - the cases above
    with pytest.raises(Damaged, match=sentence):
        open_hall(folder, driven=True)
    assert verify(folder, None) == 1


def test_what_a_later_version_wrote_is_no_damage(folder: Path) -> None:
    """Its root fits, so nothing is put aside: this version cannot fold it, and says so."""
    reader, tree = Reader(folder / log.FILE), Frontier()
    tree.add(*(body.encode() for body in reader.bodies(0, 10**9)))
    row = next(reader.rows())._replace(seq=tree.size + 1, type="of_tomorrow")
    reader.close()
    body = {"at": row.at, "day": row.day, "seq": row.seq, "type": row.type}
    tree.add(wire.encode(body))
    with closing(sqlite3.connect(folder / log.FILE)) as db, db:
        db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", row._replace(body=wire.encode(body).decode()))
        db.execute("INSERT INTO roots VALUES (?, ?)", (tree.size, tree.root()))
    with pytest.raises(LogBroken, match=f"event {tree.size} of the log cannot be folded"):
        open_hall(folder, driven=True)


def test_a_driven_clock_begins_once(tmp_path: Path) -> None:
    """A first time of 0 puts the hall file in force, and the next one does not do it again."""
    with running(tmp_path, ENGINE_HALL, driven=True) as opened:
        for at in (0, NOON):
            opened.engine.submit(AdvanceClock(id=new_id(), at=at), SYSTEM)
        events = opened.engine.events(0, 100)
    assert [type(event).__name__ for event in events].count("HallConfigured") == 1


@pytest.mark.parametrize(
    ("written", "instead", "key"),
    [
        pytest.param('roll_over = "03:00"', 'roll_over = "03:00\\n"', "hall.roll_over", id="a line break"),
        pytest.param('prefix = "A"', 'prefix = "A\\n"', "queue[A].prefix", id="a line break in a number"),
        pytest.param("09:00-18:00", "00:00-24:00", "hall.hours.mon", id="hours over the roll-over"),
        pytest.param("09:00-18:00", "01:00-06:00", "hall.hours.mon", id="a night over the roll-over"),
    ],
)
def test_hours_and_numbers_that_would_go_wrong_are_mistakes(
    tmp_path: Path, written: str, instead: str, key: str
) -> None:
    """What would open a hall for no time at all, or end a line of the log, is told before a start."""
    file = tmp_path / "hall.toml"
    file.write_text(TINY.read_text().replace("languages =", 'roll_over = "03:00"\nlanguages =', 1))
    load_hall(file)
    file.write_text(file.read_text().replace(written, instead, 1))
    with pytest.raises(HallFileMistakes) as found:
        load_hall(file)
    assert key in {mistake.key for mistake in found.value.mistakes}


@pytest.mark.parametrize("text", ["x = " + "[" * 20_000, "x = " + "9" * 5000], ids=["deep", "endless"])
def test_a_hall_file_that_breaks_its_reader_is_a_mistake(text: str, tmp_path: Path) -> None:
    """Not the parser's limits but a sentence meets who wrote it."""
    (tmp_path / "bad.toml").write_text(text)
    assert main(["check", str(tmp_path / "bad.toml")]) == 1


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Le", id="half a header"),
    ],
)
def test_a_connection_that_dawdles_is_ended(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens connections and never asks keeps nobody else's place."""
    monkeypatch.setattr(wsgi, "QUIET_SECONDS", 0.1)
    listener = wsgi.listen("127.0.0.1", 0)
    server = WSGIServer(listener, None, handler_class=wsgi.Handler, log=None, error_log=None)
    server.start()
    dawdler = gevent_socket.create_connection(listener.getsockname())
    try:
        dawdler.sendall(said)
        dawdler.settimeout(5)
        while dawdler.recv(1000):
            pass
    finally:
        dawdler.close()
        server.stop()


def test_a_body_that_breaks_off_is_malformed(hall_server: NetworkHall, token: str) -> None:
    """Half a body is no command, and no fault of the server."""
    with socket.create_connection(("127.0.0.1", hall_server.port), timeout=5) as half:
        head = (
            "POST /api/v1/commands HTTP/1.1",
            f"Authorization: Bearer {token}",
            "Content-Length: 50",
            "",
            "{",
        )
        half.sendall("\r\n".join(head).encode())
        half.shutdown(socket.SHUT_WR)
        assert half.recv(1000).startswith(b"HTTP/1.1 422")


@pytest.mark.parametrize("path", [COMMANDS, "/api/v1/hall", "/nothing"])
def test_head_has_no_body(hall_server: NetworkHall, path: str) -> None:
    """What follows a HEAD on the same connection is the next answer, whole."""
    with socket.create_connection(("127.0.0.1", hall_server.port), timeout=5) as asker:
        requests = (f"HEAD {path} HTTP/1.1", "Host: x", "", "GET /healthz HTTP/1.0", "", "")
        asker.sendall("\r\n".join(requests).encode())
        with asker.makefile("rb") as answers:
            told = answers.read()
    assert told.partition(b"\r\n\r\n")[2].startswith(b"HTTP/1.1 200 OK")


def test_a_ticket_of_yesterday_is_found_by_its_number(tmp_path: Path) -> None:
    """An open ticket is told by its number alone, though the day has changed since it was issued."""
    hall = HallProcess(tmp_path, ROOT / "config/halls/demo.toml", clock="driven").start()
    try:
        asker = hall.asker(hall.token("integration", "system"))
        asker.done("advance_clock", at=NOON)
        (issued,) = asker.done("issue_ticket", service="passport")
        asker.done("advance_clock", at=NOON + 24 * HOUR)
        status, told = asker.ask("GET", f"/api/v1/tickets/{issued['ticket']}")
        assert (status, told["day"]) == (200, issued["day"])
        (changed,) = asker.done("set_class", ticket=issued["ticket"], reason="shown", **{"class": "elderly"})
        assert changed["ticket_day"] == issued["day"] < changed["day"]
        assert "The log is sound." in hall.command_line("verify").stdout
    finally:
        hall.stop()
