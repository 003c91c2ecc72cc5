"""The server's command line: what it says, and with which exit status it ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.__main__ import main
from server.register import Register
from tests.hall_process import ROOT, HallProcess, free_port

DEMO = ROOT / "config/halls/demo.toml"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    """Give a demonstration hall that is not started yet."""
    hall = HallProcess(tmp_path, DEMO)
    yield hall
    hall.stop()


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run ``novbe-server run`` where it is expected to end by itself."""
    command = [sys.executable, "-m", "server", "run", "--data", str(folder), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("command", ["", "run", "check", "token", "operator", "verify", "explain"])
def test_help_is_everywhere(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command explains itself and ends with 0."""
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: novbe-server" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("", id="no command"),
        pytest.param("fly", id="no such command"),
        pytest.param("run --data d", id="no hall file"),
        pytest.param("token --data d --name n --role king", id="no such role"),
        pytest.param("operator add --data d", id="no name"),
        pytest.param("verify --data d --day yesterday", id="no day"),
    ],
)
def test_wrong_usage_is_told(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with 2 and says what is missing."""
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert "usage: novbe-server" in capsys.readouterr().err


def test_a_token_is_the_last_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A token is printed once, as the last word, before the first run too; it can be taken back."""
    data = str(tmp_path / "new")
    assert main(["token", "--data", data, "--role", "kiosk", "--name", "Entrance"]) == 0
    token = capsys.readouterr().out.split()[-1]
    assert token.startswith("novbe_")
    assert len(Register(Path(data)).book().devices) == 1
    assert main(["token", "--data", data, "--name", "Entrance", "--revoke"]) == 0
    assert not Register(Path(data)).book().devices
    assert main(["token", "--data", data, "--name", "Entrance", "--revoke"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("--name Entrance", id="no role"),
        pytest.param("--name Seven --role desk", id="a desk's token without a desk"),
        pytest.param("--name Entrance --role kiosk --desk 7", id="a kiosk with a desk"),
    ],
)
def test_a_token_needs_a_role_and_a_desk_where_it_is_for_one(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What contradicts itself ends with 2, and no token is made."""
    assert main(["token", "--data", str(tmp_path), *words.split()]) == 2
    assert "--" in capsys.readouterr().err
    assert not Register(tmp_path).book().devices


def test_a_folder_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no folder can be made there is one sentence, and exit status 1."""
    (tmp_path / "file").touch()
    data = str(tmp_path / "file")
    assert main(["operator", "add", "--data", data, "aygun"]) == 1
    assert "choose another" in capsys.readouterr().err
    ended = run(tmp_path / "file", "--hall", str(DEMO), "--port", "0")
    assert ended.returncode == 1
    assert "cannot be used" in ended.stdout


def test_operators_come_and_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A password is the last word printed; a new one replaces it; a disabled operator is nobody."""
    data = ["--data", str(tmp_path)]
    assert main(["operator", "add", *data, "aygun", "--role", "lead"]) == 0
    first = capsys.readouterr().out.split()[-1]
    assert Register(tmp_path).sign_in("aygun", first) == "op-1"
    assert main(["operator", "password", *data, "aygun"]) == 0
    second = capsys.readouterr().out.split()[-1]
    assert Register(tmp_path).sign_in("aygun", first) is None
    assert Register(tmp_path).sign_in("aygun", second) == "op-1"
    assert main(["operator", "disable", *data, "aygun"]) == 0
    assert Register(tmp_path).sign_in("aygun", second) is None
    assert main(["operator", "add", *data, "aygun"]) == 1
    assert main(["operator", "disable", *data, "nobody"]) == 1
    assert "no operator" in capsys.readouterr().err


def test_a_start_says_what_it_does_and_where(hall: HallProcess) -> None:
    """A start says where the data are, which file is in force and where it listens; a stop ends with 0."""
    for said in ("is new, or has changed", "has not changed"):
        hall.start()
        assert hall.process
        hall.process.send_signal(signal.SIGTERM)
        assert hall.process.wait(10) == 0
        log = (hall.data / "server.log").read_text()
        assert said in log
        assert str(hall.data) in log
        assert f"at http://127.0.0.1:{hall.port}" in log


def test_its_log_is_lines_of_json_without_secrets(hall: HallProcess) -> None:
    """What is not said to a person is a JSON object a line, and neither tokens nor names stand in it."""
    token = hall.token("kiosk", "The-kiosk-of-Aygun")
    hall.start()
    assert hall.asker(token).done("issue_ticket", service="passport")
    hall.command_line("token", "--name", "The-kiosk-of-Aygun", "--revoke")
    hall.stop()
    log = (hall.data / "server.log").read_text()
    assert token not in log
    assert "Aygun" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"event", "level", "timestamp"} <= set.intersection(*map(set, lines))


def test_what_is_in_use_is_told(hall: HallProcess, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder or a port in use ends the start with 1 and one sentence, and who has it goes on."""
    hall.start()
    same_folder = run(hall.data, "--hall", str(DEMO), "--port", "0")
    assert "Another Novbe server is running" in same_folder.stdout
    same_port = run(tmp_path_factory.mktemp("second"), "--hall", str(DEMO), "--port", str(hall.port))
    assert f"Port {hall.port} on 127.0.0.1 cannot be had" in same_port.stdout
    for ended in (same_folder, same_port):
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
    assert hall.get("/healthz")[0] == 200


def test_a_hall_file_with_mistakes_starts_nothing(tmp_path: Path) -> None:
    """Every mistake of the file is listed, nothing is started and nothing is made."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[hall]\nid = "one"\ncolour = "red"\n')
    ended = run(tmp_path / "data", "--hall", str(wrong), "--port", str(free_port()))
    assert ended.returncode == 1
    assert "colour" in ended.stdout
    assert "Nothing was started" in ended.stdout
    assert not (tmp_path / "data").exists()


def test_a_damaged_log_is_told(tmp_path: Path) -> None:
    """A log that is no database ends the start with 1 and says that a backup is needed."""
    (tmp_path / "hall.db").write_bytes(b"no database, but long enough to be looked at as one" * 100)
    ended = run(tmp_path, "--hall", str(DEMO), "--port", "0")
    assert ended.returncode == 1
    assert "was put aside: hall.db is damaged" in ended.stdout
    assert "restore FILE" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_change_that_strands_visitors_is_refused(hall: HallProcess, tmp_path: Path) -> None:
    """A file that takes away the desk of those who wait is refused with their number."""
    one = tmp_path / "one.toml"
    one.write_text(SMALL.format(queues='["A"]'))
    none = tmp_path / "none.toml"
    none.write_text(SMALL.format(queues="[]"))
    hall.hall = one
    token = hall.token("kiosk", "Entrance")
    hall.start()
    for _ in range(3):
        hall.asker(token).done("issue_ticket", service="passport")
    hall.stop()
    ended = run(hall.data, "--hall", str(none), "--port", "0")
    assert ended.returncode == 1
    assert "3 waiting visitors" in ended.stdout


SMALL = """
[hall]
id = "one"
names = {{ en = "One" }}
time_zone = "Asia/Baku"
languages = ["en"]
round_the_clock = true
[[agency]]
id = "interior"
names = {{ en = "Interior" }}
[[queue]]
id = "A"
prefix = "A"
[[service]]
id = "passport"
names = {{ en = "Passport" }}
agency = "interior"
queue = "A"
[[desk]]
number = "1"
queues = {queues}
[[outcome]]
id = "served"
names = {{ en = "Served" }}
"""
