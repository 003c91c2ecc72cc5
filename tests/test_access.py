"""Who may act: tokens and passwords that nobody can read back, and rights that end at once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import pytest

from server.access import Access
from server.domain.refusals import Refusal
from server.passwords import digest
from server.register import Register
from server.threads import Threads


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Give the register as the command line sees it."""
    return Register(tmp_path)


@pytest.fixture
def access(register: Register) -> Iterator[Access]:
    """Give the register as the running server sees it."""
    threads = Threads(2)
    access = Access(register.path.parent, threads)
    access.start()
    yield access
    access.stop()
    threads.stop()


def until(claim: Callable[[], bool]) -> None:
    """Wait for a claim to become true."""
    with gevent.Timeout(10):
        while not claim():
            gevent.sleep(0.01)


def test_a_token_made_beside_the_server_is_valid_at_once(access: Access, register: Register) -> None:
    """The server looks an unknown token up before it refuses it, and knows what the device is for."""
    token = register.add_device("Desk 7", "desk", "7")
    device = access.device(token)
    assert device is not None
    assert (device.id, device.name, device.role, device.desk) == ("dev-1", "Desk 7", "desk", "7")
    assert (device.actor.kind, device.actor.id, device.actor.role) == ("device", "dev-1", "desk")
    assert access.desk_of("dev-1") == "7"
    assert access.desk_of("dev-2") == ""


def test_tokens_cannot_be_read_back(access: Access, register: Register) -> None:
    """The file holds a token's digest alone, and no other token is known."""
    token = register.add_device("Kiosk", "kiosk")
    assert token.startswith("novbe_")
    content = register.path.read_bytes()
    assert token.encode() not in content
    assert digest(token).encode() in content
    assert access.device(token + "x") is None
    assert access.device("") is None


def test_a_revoked_token_is_noticed(access: Access, register: Register) -> None:
    """Within a second of its revocation a token is void, and those who listen are told whose it was."""
    gone: set[str] = set()
    access.on_change(gone.update)
    token, other = register.add_device("Kiosk", "kiosk"), register.add_device("Board", "board")
    assert access.device(token)
    assert register.revoke("Kiosk") == 1
    until(lambda: access.device(token) is None)
    assert gone == {"dev-1"}
    assert access.device(other)
    assert register.revoke("Kiosk") == 0


def test_an_operator_signs_in(access: Access, register: Register) -> None:
    """A name and its password give the operator; any other pair gives nobody."""
    password = register.add_operator("aygun", "lead")
    operator = access.login("aygun", password)
    assert operator is not None
    assert (operator.id, operator.name, operator.role) == ("op-1", "aygun", "lead")
    assert access.operator("op-1") == operator
    assert access.login("aygun", "wrong") is None
    assert access.login("nobody", password) is None


def test_passwords_cannot_be_read_back(register: Register) -> None:
    """Passwords are drawn at random, all different, and kept as argon2 hashes."""
    passwords = [register.add_operator(name, "operator") for name in ("one", "two")]
    assert len(set(passwords)) == 2
    content = register.path.read_bytes()
    assert b"$argon2id$" in content
    assert not any(password.encode() in content for password in passwords)


def test_a_new_password_ends_the_old_session(access: Access, register: Register) -> None:
    """A new password makes the old one void and is another serial, so that sessions made before it end."""
    gone: set[str] = set()
    access.on_change(gone.update)
    old = register.add_operator("aygun", "operator")
    before = access.login("aygun", old)
    new = register.new_password("aygun")
    until(lambda: gone == {"op-1"})
    after = access.login("aygun", new)
    assert before is not None
    assert after is not None
    assert after.serial > before.serial
    assert access.login("aygun", old) is None


def test_a_disabled_operator_is_out(access: Access, register: Register) -> None:
    """Within a second of it a disabled operator is nobody; a new password lets the same person in again."""
    password = register.add_operator("aygun", "operator")
    assert access.login("aygun", password)
    register.disable("aygun")
    until(lambda: access.operator("op-1") is None)
    assert access.login("aygun", password) is None
    again = access.login("aygun", register.new_password("aygun"))
    assert again is not None
    assert again.id == "op-1"


def test_names_are_refused_in_a_sentence(register: Register) -> None:
    """A name in use, and one that nobody has, are told as such."""
    register.add_operator("aygun", "operator")
    with pytest.raises(Refusal, match="already"):
        register.add_operator("aygun", "lead")
    for change in (register.disable, register.new_password):
        with pytest.raises(Refusal, match="no operator"):
            change("nobody")


def test_the_keys_are_drawn_once(register: Register, tmp_path: Path) -> None:
    """The hall's secret keys stay the same, differ from each other and from another hall's."""
    again, other = Register(register.path.parent), Register(tmp_path / "other")
    assert register.key("visit") == again.key("visit")
    assert (
        len({register.key("visit"), register.key("session"), other.key("visit"), other.key("session")}) == 4
    )


def test_only_the_owner_may_read_the_file(register: Register) -> None:
    """The register is no business of other users of the machine; it has no write-ahead log."""
    assert register.path.stat().st_mode & 0o077 == 0
    with register.db() as db:
        assert db.journal_mode == "delete"


def test_a_revocation_during_the_start_is_noticed(register: Register) -> None:
    """What changes after the register was read, and before it is watched, is not lost."""
    token, threads = register.add_device("Kiosk", "kiosk"), Threads(2)
    access = Access(register.path.parent, threads)
    register.revoke("Kiosk")
    access.start()
    assert access.device(token) is None
    access.stop()
    threads.stop()


@pytest.mark.parametrize("name", ["", "  "])
def test_an_operator_has_a_name(register: Register, name: str) -> None:
    """Nobody signs in as nobody."""
    with pytest.raises(Refusal, match="needs a name"):
        register.add_operator(name, "operator")
