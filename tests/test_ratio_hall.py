"""A real hall under a ratio, over HTTP: the pattern of calls, the places on slips, the words, the proof."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol import events as e
from tests.hall_process import Asker
from tests.network_hall import HALL, NetworkHall
from tests.test_forgeries import events, verify, write

RATIO = HALL.replace("[policy]", '[policy]\nratio = { calls = 2, of = ["elderly"] }')

COME = ["none", "none", "none", "elderly", "elderly", "none", "elderly", "none", "elderly", "elderly"]


class Day:
    """What was told of each ticket, and in which order all were called."""

    def __init__(self, folder: Path, ask: Asker) -> None:
        """Let all come, and then call until nobody waits."""
        self.folder = folder
        self.class_of: dict[str, str] = {}
        self.ahead: dict[str, int] = {}
        ask.done("open_desk", desk="1", take_over=True)
        for class_ in COME:
            (issued,) = ask.done("issue_ticket", service="passport", **{"class": class_})
            self.class_of[issued["ticket"]], self.ahead[issued["ticket"]] = class_, issued["ahead"]
            self.last = issued
        self.hall = ask.ask("GET", "/api/v1/hall")[1]
        self.page = ask.ask("GET", f"/api/v1/visits/{self.last['token']}")[1]
        self.called = [self.call(ask) for _ in COME]
        self.told = {
            number: [one["sentence"] for one in ask.ask("GET", f"/api/v1/tickets/{number}")[1]["explained"]]
            for number in self.ahead
        }

    @staticmethod
    def call(ask: Asker) -> dict[str, Any]:
        """Call the next and serve it to its end."""
        (called,) = ask.done("call_next", desk="1")
        ask.done("serve", desk="1", ticket=called["ticket"])
        ask.done("complete", desk="1", ticket=called["ticket"], outcome="served")
        return called

    @property
    def order(self) -> list[str]:
        """Give the tickets as they were called."""
        return [one["ticket"] for one in self.called]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Play a hall whose file asks for two elderly to one of the others, and stop it."""
    folder = tmp_path_factory.mktemp("ratio")
    hall = NetworkHall(folder, RATIO)
    try:
        return Day(folder, hall.device("integration"))
    finally:
        hall.process.stop()


def test_two_are_called_to_one(day: Day) -> None:
    """While both wait; each side in the order in which it came."""
    assert "".join("E" if day.class_of[number] == "elderly" else "-" for number in day.order) == "EE-EE-E---"
    for class_ in ("elderly", "none"):
        side = [number for number in day.order if day.class_of[number] == class_]
        assert side == sorted(side)


def test_the_slip_says_how_many_are_called_before(day: Day) -> None:
    """The last one's slip and page say what then happens, and a slip of before counts whoever was there."""
    last = list(day.ahead)[-1]
    assert day.ahead[last] == day.order.index(last) == day.page["place"]
    assert [day.ahead[number] for number in day.ahead] == [0, 1, 2, 0, 1, 5, 3, 7, 4, 6]


def test_the_hall_tells_its_ratio(day: Day) -> None:
    """Anybody may know by which order people are called."""
    assert day.hall["order"]["ratio"] == {"calls": 2, "of": [{"id": "elderly", "names": {"en": "Elderly"}}]}


def test_the_calls_are_explained(day: Day) -> None:
    """In words, from the log alone."""
    third = day.order[2]
    assert any(
        sentence.startswith("By the ratio 2 to 1 it was the turn of one of") for sentence in day.told[third]
    )


def test_the_log_proves_it_and_a_changed_order_is_found(day: Day) -> None:
    """With roots that fit: an elderly visitor is called third, where the turn was another's."""
    status, said = verify(day.folder)
    assert (status, "The log is sound." in said) == (0, True)
    log = events(day.folder)
    third, fourth = [event for event in log if isinstance(event, e.TicketCalled)][2:4]
    assert third.ratio == e.RatioStand(calls=2, made=2)
    write(day.folder, [msgspec.structs.replace(third, ratio=e.RatioStand(calls=2, made=1))])
    status, said = verify(day.folder)
    assert (status, f"Event {third.seq}: The call of {third.ticket} to 1 has ratio" in said) == (1, True)
    fields = {"ticket": fourth.ticket, "class_": fourth.class_, "key": fourth.key, "overtaken": 0}
    write(day.folder, [msgspec.structs.replace(third, **fields)])
    status, said = verify(day.folder)
    assert status == 1
    jumped = f"The call of {fourth.ticket} to 1 has jumped []; the log gives ['{third.ticket}']."
    assert f"Event {third.seq}: {jumped}" in said
