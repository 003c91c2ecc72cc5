"""The staff's screen at a kiosk opens with a PIN that a manager sets; who tries PINs is locked out."""

from tests.network_hall import NetworkHall


def test_a_manager_sets_the_pin_and_a_kiosk_asks(hall_server: NetworkHall) -> None:
    """Before that there is none; afterwards the right one opens and a wrong one says how many are left."""
    kiosk, manager = hall_server.device("kiosk"), hall_server.known("manager")
    status, problem = kiosk.ask("POST", "/api/v1/staff-pin", {"pin": "2468"})
    assert (status, problem["code"]) == (409, "no_pin_set")
    assert manager.ask("PUT", "/api/v1/staff-pin", {"pin": "2468"})[0] == 204
    assert kiosk.ask("POST", "/api/v1/staff-pin", {"pin": "2468"}) == (200, {})
    status, problem = kiosk.ask("POST", "/api/v1/staff-pin", {"pin": "1357"})
    assert (status, problem["code"], problem["tries_left"]) == (403, "wrong_pin", 4)
    assert b"2468" not in hall_server.register.path.read_bytes()


def test_a_pin_tried_ten_times_locks_the_kiosk(hall_server: NetworkHall) -> None:
    """The fifth wrong one locks it, the right one too must wait; another kiosk works, a new PIN unlocks."""
    kiosk, manager = hall_server.device("kiosk"), hall_server.known("manager")
    manager.ask("PUT", "/api/v1/staff-pin", {"pin": "135790"})
    answers = [kiosk.ask("POST", "/api/v1/staff-pin", {"pin": f"{n:04}"}) for n in range(10)]
    assert [problem["code"] for _, problem in answers] == ["wrong_pin"] * 4 + ["pin_locked"] * 6
    status, locked = kiosk.ask("POST", "/api/v1/staff-pin", {"pin": "135790"})
    assert (status, locked["code"]) == (429, "pin_locked")
    assert 0 < locked["seconds"] == locked["retry_after"] <= 30
    assert "manager" in locked["detail"]
    assert hall_server.device("kiosk").ask("POST", "/api/v1/staff-pin", {"pin": "135790"})[0] == 200
    manager.ask("PUT", "/api/v1/staff-pin", {"pin": "135791"})
    assert kiosk.ask("POST", "/api/v1/staff-pin", {"pin": "135791"})[0] == 200


def test_who_may_set_and_ask(hall_server: NetworkHall) -> None:
    """Managers set, kiosks ask; a PIN is four to eight digits."""
    for role in ("operator", "lead", "greeter", "inspector"):
        assert hall_server.known(role).ask("PUT", "/api/v1/staff-pin", {"pin": "1234"})[0] == 403
    assert hall_server.device("board").ask("POST", "/api/v1/staff-pin", {"pin": "1234"})[0] == 403
    assert hall_server.stranger().ask("POST", "/api/v1/staff-pin", {"pin": "1234"})[0] == 401
    manager = hall_server.known("manager")
    for pin in ("123", "123456789", "12a4", "1234\n", "١٢٣٤"):
        status, problem = manager.ask("PUT", "/api/v1/staff-pin", {"pin": pin})
        assert (status, problem["path"]) == (422, "$.pin")
