"""The figures of a day over HTTP: who may read them, as JSON and as a table."""

import csv
import io
from http import HTTPStatus
from typing import Any

import pytest
import requests

from tests.network_hall import NetworkHall

PATH = "/api/v1/figures"


@pytest.fixture(scope="module")
def served(hall_server: NetworkHall) -> dict[str, Any]:
    """Serve one visitor, and leave one waiting; gives the figures as another system reads them."""
    system = hall_server.device("integration")
    system.done("open_desk", desk="1")
    for _ in range(2):
        system.done("issue_ticket", service="passport")
    ticket = system.done("call_next", desk="1")[0]["ticket"]
    system.done("serve", desk="1", ticket=ticket)
    system.done("complete", desk="1", ticket=ticket, outcome="served")
    status, told = system.ask("GET", PATH)
    assert status == HTTPStatus.OK
    return dict(told)


def test_the_day_is_told_by_hall_service_and_desk(served: dict[str, Any]) -> None:
    """The last day, unless another is asked for."""
    assert (served["hall"]["issued"], served["hall"]["served"], served["hall"]["open"]) == (2, 1, 1)
    assert [line["id"] for line in served["services"]] == ["passport", "licence"]
    assert [(line["number"], line["served"]) for line in served["desks"]] == [("1", 1)]
    assert served["first_day"] == served["day"] == served["last_day"]


def test_they_are_for_those_who_see_the_hall(hall_server: NetworkHall, served: dict[str, Any]) -> None:
    """Neither operators nor strangers: a line of few is somebody's time."""
    for role in ("greeter", "lead", "inspector", "manager", "admin"):
        assert hall_server.known(role).ask("GET", PATH) == (HTTPStatus.OK, served)
    assert hall_server.known("operator").ask("GET", PATH)[0] == HTTPStatus.FORBIDDEN
    assert hall_server.device("kiosk").ask("GET", PATH)[0] == HTTPStatus.FORBIDDEN
    assert hall_server.stranger().ask("GET", PATH)[0] == HTTPStatus.UNAUTHORIZED


def test_a_spreadsheet_gets_a_table(hall_server: NetworkHall, served: dict[str, Any]) -> None:
    """By the address or by what is accepted: a line for the hall, each service and each desk."""
    url, token = f"http://127.0.0.1:{hall_server.port}{PATH}", hall_server.token("reader")
    bearer = {"Authorization": f"Bearer {token}"}
    by_address = requests.get(f"{url}?format=csv", headers=bearer, timeout=10)
    by_header = requests.get(url, headers=bearer | {"Accept": "text/csv"}, timeout=10)
    assert by_address.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert by_address.headers["Content-Disposition"].endswith(f'"figures-{served["day"]}.csv"')
    assert by_address.text == by_header.text
    rows = list(csv.DictReader(io.StringIO(by_address.text)))
    assert [(row["of"], row["id"], row["served"]) for row in rows] == [
        ("hall", "", "1"),
        ("service", "passport", "1"),
        ("service", "licence", "0"),
        ("desk", "1", "1"),
    ]
    assert rows[0]["wait_seconds"] == str(served["hall"]["wait"]["seconds"])
    assert (rows[2]["wait_median_seconds"], rows[3]["issued"]) == ("", "")


@pytest.mark.parametrize("asked", ["day=yesterday", "format=xlsx"])
def test_what_is_no_day_and_no_form_is_refused(hall_server: NetworkHall, asked: str) -> None:
    """With the place of the mistake."""
    status, told = hall_server.known("manager").ask("GET", f"{PATH}?{asked}")
    assert (status, told["code"], told["path"]) == (422, "malformed", f"$.{asked.partition('=')[0]}")


def test_a_day_that_never_was_is_empty(hall_server: NetworkHall) -> None:
    """All counts are 0, and no time is told."""
    told = hall_server.known("manager").ask("GET", f"{PATH}?day=2020-01-01")[1]
    assert told["hall"]["issued"] == told["hall"]["wait"]["legs"] == 0
    assert told["hall"]["wait"]["median_seconds"] is told["hall"]["within_target_percent"] is None
    assert told["services"] == told["desks"] == []
