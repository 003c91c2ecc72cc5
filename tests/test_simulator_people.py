"""Simulated people: drawn from a demand, and behaving in a hall whose rules are the real ones."""

import statistics
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol import wire
from protocol.commands import AdvanceClock
from protocol.events import Actor, AnyEvent, Event
from protocol.words import HOUR, MINUTE, SECOND
from server.clock import DrivenClock
from server.domain.derive import audit
from server.domain.refusals import Refusal
from server.domain.state import HallState
from server.hallfile import load_hall
from server.working import Working
from simulator.account import Account
from simulator.arrivals import at_clock, draw
from simulator.demand import (
    Arrivals,
    Bookings,
    Closure,
    Demand,
    DeskDemand,
    Kiosks,
    Lead,
    Operators,
    Route,
    ServiceDemand,
    Visitors,
    left_out,
    lognormal,
    misfits,
    read_demand,
)
from simulator.fit import fit
from simulator.play import Me, Play, next_working_day
from simulator.sizes import SIZES, demand_of, hall_of
from simulator.stage import Facts
from tests.engines import HALL
from ui.settings import SettingsMistake

ROOT = Path(__file__).resolve().parent.parent
MONDAY = date(2026, 11, 2)
ZONE = "Asia/Baku"
SYSTEM = Actor(kind="device", id="dev-1", role="integration")

FACTS = Facts(
    time_zone=ZONE,
    services={"passport": "A", "pension": "B"},
    desks={"1": ["A"], "2": ["A", "B"]},
    zones=[],
    classes=["elderly"],
    outcomes=["served"],
    reasons={"call_ticket": "emergency"},
)


def demand(**more: Any) -> Demand:
    """Build a demand: thirty people between nine and ten, two desks."""
    usual: dict[str, Any] = {
        "arrivals": Arrivals(visitors={"mon": 30}, half_hours={"09:00": 1, "09:30": 1}),
        "service": [ServiceDemand(id="passport", minutes=3), ServiceDemand(id="pension", minutes=4)],
        "visitors": Visitors(absent=0.0),
        "operators": Operators(begin="08:55", end="11:00"),
    }
    return Demand(**{**usual, **more})


def played(asked: Demand, seed: str = "1") -> tuple[list[dict[str, Any]], Play]:
    """Play a Monday by the real rules, in memory; gives all events."""
    working = Working(HallState(), DrivenClock(at_clock(MONDAY, "08:00", ZONE)))
    working.apply_file(HALL, "digest")
    play = Play(FACTS, asked, seed, Me(SYSTEM.id, "test-ids"), SECOND)
    play.at = at_clock(MONDAY, "08:00", ZONE)
    play.begin_day(MONDAY)
    events: list[dict[str, Any]] = []

    def take() -> None:
        fresh: list[Event] = working.take_batch()
        plain = [msgspec.to_builtins(event) for event in fresh]
        events.extend(plain)
        play.hear(plain)

    take()
    while (at := play.next_at) is not None:
        for said in play.due(at):
            try:
                working.decide(wire.read_command({**said, "at": at}), SYSTEM)
            except Refusal as refusal:
                take()
                play.refused(said, {"code": refusal.code, **refusal.members})
            else:
                take()
                play.done(said)
    working.decide(AdvanceClock(id="test-end", at=at_clock(MONDAY, "23:00", ZONE)), SYSTEM)
    take()
    return events, play


def of(events: list[dict[str, Any]], *types: str) -> list[dict[str, Any]]:
    """Give the events of some types."""
    return [event for event in events if event["type"] in types]


def test_a_day_is_drawn_from_its_seed_alone() -> None:
    """The same seed gives the same people; another gives others."""
    many = demand_of(SIZES["M"])
    people = [(v.arrives_at, v.service, v.lasts) for v in draw(many, MONDAY, ZONE, "1")]
    assert people == [(v.arrives_at, v.service, v.lasts) for v in draw(many, MONDAY, ZONE, "1")]
    assert people != [(v.arrives_at, v.service, v.lasts) for v in draw(many, MONDAY, ZONE, "2")]
    assert people == sorted(people)


def test_as_many_come_and_when_as_the_demand_says() -> None:
    """Over twenty days the mean is the demand's, and the busiest half-hour is the demand's busiest."""
    size = demand_of(SIZES["M"])
    days = [draw(size, MONDAY, ZONE, str(seed)) for seed in range(20)]
    assert statistics.fmean(map(len, days)) == pytest.approx(1200, rel=0.02)
    midnight = at_clock(MONDAY, "00:00", ZONE)
    half_hours = Counter((v.arrives_at - midnight) // (30 * MINUTE) for day in days for v in day)
    assert half_hours.most_common(1)[0][0] == 20
    assert half_hours[20] / 20 == pytest.approx(150, rel=0.05)
    assert draw(size, date(2026, 11, 1), ZONE, "1") == []


def test_a_service_takes_what_the_demand_says() -> None:
    """Mean and coefficient of variation of the lognormal are those that were asked for."""
    normal = statistics.NormalDist()
    values = [lognormal(8.0, 0.6, normal.inv_cdf((n + 0.5) / 20_000)) for n in range(20_000)]
    assert statistics.fmean(values) == pytest.approx(8.0, rel=0.01)
    assert statistics.pstdev(values) / statistics.fmean(values) == pytest.approx(0.6, rel=0.02)


def test_everybody_who_comes_is_served() -> None:
    """With patient visitors every ticket ends completed, and nothing is refused but a hurried call."""
    events, play = played(demand())
    issued, completed = of(events, "ticket_issued"), of(events, "leg_completed")
    assert len(issued) > 15
    assert {event["ticket"] for event in completed} == {event["ticket"] for event in issued}
    assert set(play.refusals) <= {"call_next: nobody_waiting"}
    assert [event["desk"] for event in of(events, "desk_closed")] == ["1", "2"]


def test_people_behave_the_same_whatever_happens() -> None:
    """The same seed gives the same events, to the last field."""
    assert played(demand(), "7")[0] == played(demand(), "7")[0]
    assert played(demand(), "7")[0] != played(demand(), "8")[0]


def test_one_visitor_after_another_stands_at_a_kiosk() -> None:
    """With one kiosk no two tickets are closer than a session; with two they may be."""
    one = of(played(demand(kiosks=Kiosks(count=1, session_seconds=60)))[0], "ticket_issued")
    gaps = [after["at"] - before["at"] for before, after in pairwise(one)]
    assert min(gaps) > 10 * SECOND
    two = of(played(demand(kiosks=Kiosks(count=2, session_seconds=60)))[0], "ticket_issued")
    assert min(after["at"] - before["at"] for before, after in pairwise(two)) < min(gaps)


def test_a_roll_of_paper_comes_to_its_end() -> None:
    """The printer says so, slips fail until a new one is in, and the tickets are given all the same."""
    kiosks = Kiosks(count=1, slips_per_roll=10, refill_minutes=10)
    events, _ = played(demand(kiosks=kiosks))
    states = [event["state"] for event in of(events, "device_reported")]
    assert states[:3] == ["paper_near_end", "paper_out", "ok"]
    outcomes = [event["outcome"] for event in of(events, "slip_printed")]
    assert outcomes[:10] == ["printed"] * 10
    assert "failed" in outcomes[10:]
    assert len(outcomes) == len(of(events, "ticket_issued"))


def test_who_loses_patience_leaves() -> None:
    """Some give their turn up, the others are recalled twice and are no-shows."""
    events, _ = played(
        demand(
            visitors=Visitors(patience_minutes=2, says_so=0.5),
            desk=[DeskDemand(number="2", is_staffed=False)],
        )
    )
    assert of(events, "ticket_abandoned")
    absent = {event["ticket"] for event in of(events, "ticket_no_show")}
    assert absent
    recalls = Counter(event["ticket"] for event in of(events, "ticket_recalled"))
    assert all(recalls[ticket] == 2 for ticket in absent)


def test_who_is_parked_comes_back_to_the_same_desk() -> None:
    """And is called there before the others, which is no jump."""
    events, _ = played(demand(visitors=Visitors(absent=0.0, parked=0.3, parked_minutes=5)))
    parked = {event["ticket"]: event for event in of(events, "ticket_parked")}
    assert parked
    for ticket, event in parked.items():
        (again,) = [call for call in of(events, "ticket_called") if call["ticket"] == ticket][1:]
        assert again["desk"] == event["desk"]
        assert again["jumped"] == []
        assert again["at"] - event["at"] >= 5 * MINUTE


def test_who_is_sent_on_waits_again() -> None:
    """A share of a service's visitors is transferred to the one that follows."""
    services = [ServiceDemand(id="passport", minutes=3, then="pension", sent_on=1.0)]
    events, _ = played(demand(service=services))
    assert len(of(events, "ticket_transferred")) == len(of(events, "ticket_issued"))
    assert {event["service"] for event in of(events, "leg_completed")} == {"pension"}


def test_who_goes_through_several_services_keeps_the_number() -> None:
    """A share of a service's visitors asks for the other as well; the log is sound, and is fitted again."""
    only = [ServiceDemand(id="passport", minutes=3), ServiceDemand(id="pension", share=0)]
    asked = demand(service=only, route=[Route(services=["passport", "pension"], share=0.5)])
    events, play = played(asked)
    routed = [event["ticket"] for event in of(events, "ticket_issued") if "route" in event]
    assert 0.3 < len(routed) / len(of(events, "ticket_issued")) < 0.7
    assert Counter(event["ticket"] for event in of(events, "leg_begun")) == Counter(routed)
    done = Counter(event["ticket"] for event in of(events, "leg_completed"))
    assert done == {
        event["ticket"]: 2 if event["ticket"] in routed else 1 for event in of(events, "ticket_issued")
    }
    assert play.ended == len(done)
    assert list(audit(HallState(), [msgspec.convert(event, AnyEvent) for event in events])) == []
    account = Account()
    account.take(events)
    account.finish()
    assert account.ends == {"completed": len(done)}
    (route,) = fit(account).route
    assert (route.services, route.share) == (["passport", "pension"], round(len(routed) / len(done), 3))


def test_operators_pause_close_and_stay_away() -> None:
    """A closure is a pause of its length; a desk without staff, or with one who is ill, stays shut."""
    events, _ = played(demand(closure=[Closure(desk="1", begin="09:20", end="09:40")]))
    (paused,) = of(events, "desk_paused")
    again = next(event for event in of(events, "desk_opened") if event["seq"] > paused["seq"])
    assert paused["desk"] == again["desk"] == "1"
    assert again["at"] - paused["at"] == 20 * MINUTE
    unstaffed, _ = played(demand(desk=[DeskDemand(number="1", is_staffed=False)]))
    assert {event["desk"] for event in of(unstaffed, "desk_opened")} == {"2"}
    ill, _ = played(demand(operators=Operators(begin="08:55", end="11:00", away=1.0)))
    assert of(ill, "desk_opened", "ticket_called") == []


def test_an_operators_speed_is_felt() -> None:
    """Twice as fast halves the service times; own minutes stand for the service's."""

    def service_seconds(events: list[dict[str, Any]]) -> float:
        began = {event["ticket"]: event["at"] for event in of(events, "service_started")}
        return statistics.fmean(
            (end["at"] - began[end["ticket"]]) / SECOND for end in of(events, "leg_completed")
        )

    def with_desks(**more: Any) -> float:
        desks = [DeskDemand(number=number, **more) for number in ("1", "2")]
        return service_seconds(played(demand(desk=desks, operators=Operators(begin="08:55", end="16:00")))[0])

    assert with_desks(speed=2.0) == pytest.approx(with_desks(speed=1.0) / 2, rel=0.05)
    minutes = {"passport": 6.0, "pension": 8.0}
    assert with_desks(speed=1.0, minutes=minutes) == pytest.approx(2 * with_desks(speed=1.0), rel=0.05)


def test_a_lead_calls_out_of_turn_and_serves_out() -> None:
    """Jumps name whom they passed; after the last ticket nobody is issued one and who waits is served."""
    lead = Lead(jumps=6, last_ticket="09:45")
    events, play = played(
        demand(lead=lead, arrivals=Arrivals(visitors={"mon": 60}, half_hours={"09:00": 1, "09:30": 1}))
    )
    assert any(call["jumped"] for call in of(events, "ticket_called"))
    (closing,) = of(events, "day_closing")
    assert closing["at"] == at_clock(MONDAY, "09:45", ZONE)
    assert all(event["at"] < closing["at"] for event in of(events, "ticket_issued"))
    assert of(events, "ticket_expired") == []
    assert play.kiosks[0].turned_away == play.refusals["issue_ticket: hall_closed"] > 0


@pytest.mark.parametrize("name", SIZES)
def test_a_size_is_a_hall_that_opens(name: str, tmp_path: Path) -> None:
    """Each size has a good hall file, and a demand that fits it: desks for eight minutes a visitor."""
    tables = hall_of(SIZES[name], round_the_clock=False)
    file = tmp_path / "hall.toml"
    file.write_bytes(msgspec.toml.encode(tables))
    hall = load_hall(file)
    asked = demand_of(SIZES[name])
    services, desks = {s.id for s in hall.service}, {d.number for d in hall.desk}
    assert misfits(asked, services, desks, {c.id for c in hall.class_}) == []
    assert {d.queues[0] for d in hall.desk} == {q.id for q in hall.queue}
    assert 0.49 < SIZES[name].visitors * 8 / (SIZES[name].desks * 480) < 1.05


def test_the_demonstrations_demand_fits_its_hall() -> None:
    """And leaves desk 5 to whoever tries it."""
    hall = load_hall(ROOT / "config/halls/demo.toml")
    asked = read_demand(ROOT / "config/demands/demo.toml")
    services = {service.id for service in hall.service if service.queue}
    assert misfits(asked, services, {d.number for d in hall.desk}, {c.id for c in hall.class_}) == []
    assert [desk.number for desk in asked.desk if not desk.is_staffed] == ["5"]
    assert {service.id for service in asked.service} == services


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "[arrival]\n", ["unknown key 'arrival'", "did you mean 'arrivals'"], id="a misspelt table"
        ),
        pytest.param("[visitors]\nabsent = 2\n", ["<= 1.0", "$.visitors.absent"], id="a share above one"),
        pytest.param("[operators]\nbegin = '9'\n", ["$.operators.begin"], id="a time that is none"),
        pytest.param("[[service]]\nshare = 1\n", ["`id`", "$.service[0]"], id="a service without a name"),
        pytest.param("[[desk\n", ["has a mistake"], id="no TOML"),
    ],
)
def test_a_demand_file_with_a_mistake(text: str, words: list[str], tmp_path: Path) -> None:
    """It is told in one sentence with the file and the place."""
    file = tmp_path / "demand.toml"
    file.write_text(text)
    with pytest.raises(SettingsMistake) as told:
        read_demand(file)
    assert all(word in str(told.value) for word in ["demand file", str(file), *words])


def test_what_the_hall_does_not_have_is_named() -> None:
    """Services, desks, classes and weekdays that the hall does not know, a sentence each."""
    asked = demand(arrivals=Arrivals(visitors={"moon": 1}), desk=[DeskDemand(number="9")])
    told = misfits(asked, {"passport"}, {"1"}, set())
    assert [word for word in ("'pension'", "'9'", "'moon'") if not any(word in line for line in told)] == []
    assert len(told) == 3


def test_what_no_hall_offers_yet_is_left_out_aloud() -> None:
    """Bookings and routes are read; a hall without them is told so."""
    asked = demand(bookings=Bookings(visitors=20), route=[Route(services=["passport", "pension"], share=0.2)])
    assert len(left_out(asked, set(), set())) == 2
    assert left_out(asked, {"book"}, {"route"}) == []
    assert left_out(demand(), set(), set()) == []


def test_the_next_day_is_one_on_which_somebody_comes() -> None:
    """After Friday comes Monday where nobody comes at the week-end."""
    assert next_working_day(demand_of(SIZES["S"]), date(2026, 11, 6)) == date(2026, 11, 9)
    assert at_clock(MONDAY, "09:30", ZONE) - at_clock(MONDAY, "08:00", ZONE) == HOUR + 30 * MINUTE
