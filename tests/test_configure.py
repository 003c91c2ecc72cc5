"""Other rules in a hall that runs: put in force by a command, in the log, in words and on the ledger."""

from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from protocol.commands import Configure
from protocol.events import Actor
from protocol.hall import Booking, Policy, Ratio
from server.domain.changes import changes, moves_the_order
from tests import browser
from tests.browser import Hall, fits, violations
from tests.builders import a_hall
from tests.engines import new_id, running, together
from tests.hall_process import Asker, HallProcess
from tests.network_hall import NetworkHall

chromium, hall, page = browser.chromium, browser.hall, browser.page

LIMITS = {"kiosk_issues_per_minute": 70, "peak_calls_per_hour": 333}

CREDIT = """
extends = "in-force"
[policy]
version = "{version}"
[[class]]
id = "elderly"
credit_minutes = {minutes}
"""


def manager(hall: NetworkHall) -> Asker:
    """Give the manager whom the tests share."""
    return hall.known("manager")


def test_a_credit_is_changed_in_a_hall_that_runs(hall_server: NetworkHall) -> None:
    """Who waits keeps the turn, who comes next has the new one; log, words and ledger say by which rules."""
    ask = hall_server.device("integration")
    ask.done("open_desk", desk="1", take_over=True)
    plain, old = ask.done("issue_ticket", service="passport")[0], None
    old = ask.done("issue_ticket", service="passport", **{"class": "elderly"})[0]
    (event,) = manager(hall_server).done("configure", hall=CREDIT.format(version="2", minutes=0))
    assert (event["type"], event["source"]) == ("hall_configured", "command")
    new = ask.done("issue_ticket", service="passport", **{"class": "elderly"})[0]
    called = []
    for _ in range(3):
        called += ask.done("call_next", desk="1")
        ask.done("cancel", desk="1", ticket=called[-1]["ticket"], reason="other")
    assert [one["ticket"] for one in called] == [old["ticket"], plain["ticket"], new["ticket"]]
    assert {one["policy"] for one in called} == {"2"}
    told = ask.ask("GET", f"/api/v1/tickets/{new['ticket']}")[1]["explained"]
    assert any("by the rules “2”" in each["sentence"] for each in told)
    entries = ask.ask("GET", "/api/v1/ledger")[1]["entries"]
    (row,) = [one for one in entries if one["kind"] == "configuration" and one["seq"] == event["seq"]]
    assert row["changes"] == [
        {"key": "policy.version", "from": "1", "to": "2"},
        {"key": "class[elderly].credit_minutes", "from": 60, "to": 0},
    ]
    assert row["actor"]["role"] == "manager"
    assert ask.ask("GET", "/api/v1/hall")[1]["order"]["version"] == "2"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        pytest.param("[hall", "hall_mistakes", "not TOML", id="no TOML"),
        pytest.param('extends = "/etc/passwd"', "hall_mistakes", "in-force", id="a file of the server"),
        pytest.param(
            CREDIT.format(version="9", minutes=5000), "hall_mistakes", "credit_minutes", id="too large"
        ),
        pytest.param(
            'extends = "in-force"\n[policy]\nfurther_leg_credit_minutes = 3',
            "same_version",
            "policy.version",
            id="a changed order under the old name",
        ),
        pytest.param(
            'extends = "in-force"\n[[class]]\nid = "elderly"\nbehind = ["elderly"]',
            "hall_mistakes",
            "elderly",
            id="a class that goes behind itself",
        ),
    ],
)
def test_rules_that_cannot_be_are_refused_in_words(
    hall_server: NetworkHall, text: str, code: str, says: str
) -> None:
    """Nothing changes, and the sentence names the place."""
    before = hall_server.stranger().ask("GET", "/api/v1/hall")[1]["digest"]
    status, told = manager(hall_server).say("configure", hall=text)
    assert (status, told["code"]) == (422 if code == "hall_mistakes" else 409, code)
    assert says in told["detail"]
    assert hall_server.stranger().ask("GET", "/api/v1/hall")[1]["digest"] == before


def test_only_managers_change_the_rules(hall_server: NetworkHall) -> None:
    """A lead cannot; the same rules again change nothing, and a retry is answered with the same event."""
    text = CREDIT.format(version="3", minutes=30)
    assert hall_server.known("lead").say("configure", hall=text)[1]["code"] == "not_allowed"
    said = {"hall": text, "id": "configure-once"}
    first = manager(hall_server).say("configure", **said)[1]["events"]
    assert manager(hall_server).say("configure", **said)[1]["events"] == first
    assert manager(hall_server).done("configure", hall=text) == []


def test_after_a_restart_the_log_stands(tmp_path: Any) -> None:
    """The hall file that started it is no newer than what was put in force since."""
    served = NetworkHall(tmp_path)
    try:
        asker = served.known("manager")
        asker.done("configure", hall=CREDIT.format(version="2", minutes=15))
        served.process.kill()
        again = HallProcess(tmp_path, tmp_path / "hall.toml", port=served.port).start()
        order = again.get("/api/v1/hall")[1]["order"]
        assert (order["version"], order["classes"][0]["credit_minutes"]) == ("2", 15)
        again.stop()
    finally:
        served.process.stop()


def test_two_managers_at_once_do_not_undo_each_other(tmp_path: Path) -> None:
    """Each lays a change over the rules in force: afterwards both changes are in force."""
    texts = [f'extends = "in-force"\n[limits]\n{key} = {n}' for key, n in LIMITS.items()]
    with running(tmp_path) as opened:
        manager = Actor(kind="operator", id="op-1", role="manager")
        asked = [partial(opened.engine.submit, Configure(id=new_id(), hall=text), manager) for text in texts]
        together(*asked)
        limits = opened.engine.published.hall.limits
    assert {key: getattr(limits, key) for key in LIMITS} == LIMITS


def test_what_changed_is_told_key_by_key() -> None:
    """Of lists by the entry's name; what is new or gone is said to be so."""
    old = a_hall()
    services = [
        msgspec.structs.replace(one, booking=Booking()) if one.id == "land" else one for one in old.service
    ]
    new = msgspec.structs.replace(
        old, service=services, policy=Policy(booked_credit_minutes=45), class_=old.class_[1:]
    )
    told = {each["key"]: (each["from"], each["to"]) for each in changes(old, new)}
    assert told == {
        "policy.booked_credit_minutes": (90, 45),
        "service[land].booking": (None, "…"),
        "class[elderly]": ("…", None),
    }
    assert moves_the_order(old, new)
    ratio = msgspec.structs.replace(old, policy=Policy(ratio=Ratio(calls=2, of=["elderly"])))
    assert changes(old, ratio) == [
        {"key": "policy.ratio.calls", "from": None, "to": 2},
        {"key": "policy.ratio.of", "from": None, "to": ["elderly"]},
    ]
    assert moves_the_order(ratio, old)
    renamed = [msgspec.structs.replace(one, names={"en": "Other"}) for one in old.class_]
    assert not moves_the_order(old, msgspec.structs.replace(old, class_=renamed))


def test_a_manager_changes_a_credit_on_the_page(page: Page, hall: Hall) -> None:
    """The question says what changes; afterwards it is in force, and the ledger shows it to anybody."""
    hall.sign_in(page, "manager")
    page.goto(f"{hall.url}/manager?lang=en#order")
    booked = page.get_by_label("Who booked, from the booked time on")
    expect(booked).to_have_value("90")
    assert violations(page) == []
    assert fits(page)
    booked.fill("75")
    page.get_by_role("button", name="Put in force…").click()
    page.get_by_role("dialog").get_by_role("button", name="Put in force").click()
    refusal = page.get_by_role("dialog").get_by_role("alert")
    expect(refusal).to_contain_text("policy.version another name")
    page.get_by_role("button", name="Leave it").click()
    page.get_by_label("Name of these rules").fill("2026-12")
    page.get_by_role("button", name="Put in force…").click()
    expect(page.get_by_role("dialog")).to_contain_text("90 → 75")
    page.get_by_role("dialog").get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(f"{hall.url}/ledger?lang=en")
    expect(page.locator("tr.configuration").last).to_contain_text("policy.booked_credit_minutes: 90 → 75")
