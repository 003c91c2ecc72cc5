"""The figures of a day: each second is counted once, lines add up, and nothing done shortens a wait."""

import copy
from collections import Counter
from contextlib import suppress

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from protocol import commands as c
from protocol.events import Event, HallConfigured, TicketIssued
from protocol.hall import Hall, Target
from protocol.words import HOUR, MINUTE
from server.domain import figures as f
from server.domain.catalogue import NO_HALL, Catalogue
from server.domain.refusals import Refusal
from server.domain.timeline import Timeline
from server.telling import read_figures
from tests.bookings import ELEVEN, a_bookable_hall, book, ticket_of
from tests.builders import GREETER, ID, NINE, Played, a_hall, play
from tests.engines import on_disk
from tests.test_domain_rules_hold import DAYS, TRIED, WORDS, Step, commands, live

DAY = "2026-11-21"


def lived(events: list[Event], day: str = DAY) -> Timeline:
    """Follow a log on from its first event."""
    timeline = Timeline(day, Catalogue(NO_HALL))
    for event in events:
        timeline.hear(event)
    return timeline


def figures(hall: Played, day: str = DAY) -> f.DayFigures:
    """Give the figures of a day as they stand."""
    return f.figures(lived(hall.log, day), "", "")


def passport(hall: Played) -> f.ServiceLine:
    """Give the line of the service that most visitors here want."""
    return next(line for line in figures(hall).services if line.id == "passport")


def desk(hall: Played, number: str = "1") -> f.DeskLine:
    """Give a desk's line."""
    return next(line for line in figures(hall).desks if line.number == number)


def minutes(times: f.Times) -> int:
    """Give how long it all took."""
    return times.seconds // 60


def test_a_visit_has_a_wait_a_walk_a_service_and_parks() -> None:
    """Each from one event to the next; a second visitor tells median from p90."""
    hall = play()
    number = hall.issue()
    hall.wait(10)
    hall.call()
    hall.wait(1)
    hall.do(c.Serve(id=ID, desk="1", ticket=number))
    hall.wait(5)
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="form"))
    hall.wait(7)
    hall.do(c.CallTicket(id=ID, desk="1", ticket=number, reason=""))
    hall.do(c.Serve(id=ID, desk="1", ticket=number))
    hall.wait(2)
    hall.do(c.Complete(id=ID, desk="1", ticket=number, outcome="served"))
    hall.issue()
    hall.wait(20)
    hall.finish()
    line = passport(hall)
    assert (line.issued, line.called, line.calls, line.served, line.open) == (2, 2, 3, 2, 0)
    assert line.wait == f.Times(legs=2, seconds=1800, mean_seconds=900, median_seconds=600, p90_seconds=1200)
    assert (minutes(line.walk), minutes(line.service), minutes(line.park)) == (1, 7, 7)
    assert (line.promised, line.within_target, line.within_target_percent) == (2, 1, 50)
    assert (desk(hall).walk, desk(hall).service, desk(hall).park) == (line.walk, line.service, line.park)


def test_median_and_p90_are_times_that_somebody_had() -> None:
    """Nearest rank, from whole seconds, never between two of them."""
    assert f.times([]) == f.Times()
    ten = f.times(seconds * 1_000_000 + 999_999 for seconds in range(10))
    assert (ten.median_seconds, ten.p90_seconds, ten.mean_seconds, ten.seconds) == (4, 8, 4, 45)


def test_who_is_put_back_waits_on() -> None:
    """A call that was answered by nobody ends no wait, and no promise is kept by it."""
    hall = play()
    number = hall.issue()
    hall.wait(14)
    hall.call()
    assert passport(hall).within_target == 1
    hall.do(c.Requeue(id=ID, desk="1", ticket=number, reason="r"))
    hall.wait(30)
    hall.call()
    assert (passport(hall).wait.legs, minutes(passport(hall).wait), passport(hall).within_target) == (
        1,
        44,
        0,
    )


def with_target(hall: Hall, service: str, minutes: int) -> Hall:
    """Give a hall in which a service promises a call within so many minutes."""
    services = [
        msgspec.structs.replace(one, target=Target(minutes=minutes)) if one.id == service else one
        for one in hall.service
    ]
    return msgspec.structs.replace(hall, service=services)


def test_who_is_sent_on_unserved_takes_the_wait_along() -> None:
    """The old line says that it was sent on, the new one has all of the wait, by the stricter promise."""
    hall = play(with_target(a_hall(), "land", 60), desks=("1", "2"))
    number = hall.issue()
    hall.wait(14)
    hall.do(c.Transfer(id=ID, ticket=number, service="land", reason="r"), GREETER)
    hall.wait(3)
    hall.call("2")
    lines = {line.id: line for line in figures(hall).services}
    before, now = lines["passport"], lines["land"]
    assert (before.issued, before.sent_on, before.called, before.promised) == (1, 1, 0, 0)
    assert (now.issued, now.sent_here, now.called, now.within_target) == (0, 1, 1, 0)
    assert minutes(now.wait) == 17


def test_a_service_of_a_moment_begins_no_leg() -> None:
    """Served for two minutes and sent on to wait again, a visitor waits on: the ledger tells it too."""
    hall = play()
    number = hall.issue()
    hall.wait(14)
    hall.serve()
    hall.wait(2)
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="passport", reason="r"))
    hall.wait(16)
    hall.finish()
    line = passport(hall)
    assert (line.wait.legs, minutes(line.wait), line.within_target, line.sent_on) == (1, 30, 0, 1)


def test_a_further_leg_has_a_wait_of_its_own() -> None:
    """Being sent on after a service counts as no service's end but its own, and is not said to be served."""
    hall = play(a_hall(), desks=("1", "2"))
    number = hall.issue()
    hall.wait(4)
    hall.serve()
    hall.wait(6)
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="land", reason="r"))
    hall.wait(5)
    hall.finish("2")
    all_of_it = figures(hall).hall
    assert (all_of_it.issued, all_of_it.sent_here, all_of_it.sent_on, all_of_it.served) == (1, 1, 1, 1)
    assert (all_of_it.wait.legs, minutes(all_of_it.wait), minutes(all_of_it.service)) == (2, 9, 6)
    assert (desk(hall).served, desk(hall).sent_on, desk(hall, "2").served) == (0, 1, 1)


def test_each_leg_of_a_way_has_its_line() -> None:
    """One ticket, two services: each was waited for and done; taken back, the next is planned again."""
    hall = play(a_hall(), desks=("1", "2"))
    (issued,) = hall.do(c.IssueTicket(id=ID, service="passport", route=["land"]))
    assert isinstance(issued, TicketIssued)
    hall.finish()
    assert (figures(hall).hall.further, figures(hall).hall.open) == (1, 1)
    hall.do(c.Reinstate(id=ID, desk="1", ticket=issued.ticket, reason="slip"))
    assert (figures(hall).hall.further, figures(hall).hall.served, figures(hall).hall.open) == (0, 0, 1)
    hall.do(c.Complete(id=ID, desk="1", ticket=issued.ticket, outcome="served"))
    hall.wait(4)
    hall.finish("2")
    line = figures(hall).hall
    assert (line.issued, line.further, line.served, line.corrected) == (1, 1, 2, 1)
    assert (line.wait.legs, minutes(line.wait)) == (2, 4)


def test_a_night_is_part_of_a_wait_and_told_apart() -> None:
    """Where the queue is kept, who came in the evening has waited through it."""
    hall = play(a_hall(hours={"sat": ["09:00-18:00"], "sun": ["09:00-18:00"]}, keep_overnight=True))
    hall.until(NINE + 8 * HOUR)
    hall.issue()
    hall.until(NINE + 25 * HOUR)
    hall.open("1")
    hall.finish()
    line = passport(hall)
    assert (minutes(line.wait), line.paused_seconds, line.served) == (17 * 60, 15 * 3600, 1)


def test_an_end_that_is_taken_back_never_was() -> None:
    """The service goes on as though nobody had ended it, and a corrected line is told."""
    hall = play()
    hall.issue()
    number = hall.finish()
    hall.wait(3)
    hall.do(c.Reinstate(id=ID, desk="1", ticket=number, reason="slip"))
    assert (passport(hall).served, passport(hall).open) == (0, 1)
    hall.wait(2)
    hall.do(c.Complete(id=ID, desk="1", ticket=number, outcome="served"))
    assert (passport(hall).served, passport(hall).corrected, minutes(passport(hall).service)) == (1, 1, 5)
    assert desk(hall).corrected == 1


def test_a_wait_cannot_be_parked_in_an_end() -> None:
    """Who is withdrawn and brought back has waited all the while."""
    hall = play()
    number = hall.issue()
    hall.wait(10)
    hall.do(c.Cancel(id=ID, ticket=number, reason="r"), GREETER)
    hall.wait(25)
    hall.do(c.Reinstate(id=ID, ticket=number, reason="r"), GREETER)
    hall.call()
    assert minutes(passport(hall).wait) == 35
    assert (passport(hall).cancelled, passport(hall).corrected, passport(hall).within_target) == (0, 1, 0)


def test_who_leaves_uncalled_is_not_left_out() -> None:
    """A wait in vain that was longer than promised is a promise broken; a short one is none."""
    hall = play()
    first = hall.issue()
    hall.wait(16)
    second = hall.issue()
    hall.wait(1)
    for number in (first, second):
        hall.do(c.Abandon(id=ID, ticket=number))
    line = passport(hall)
    assert (line.abandoned, line.called, line.promised, line.within_target_percent) == (2, 0, 1, 0)
    assert (line.wait.legs, line.in_vain.legs, minutes(line.in_vain)) == (0, 2, 18)


def test_who_booked_waits_from_the_slot() -> None:
    """What came before it is told apart; who comes late waits from the check-in."""
    hall = a_bookable_hall()
    early, late = book(hall), book(hall)
    hall.wait(60)
    ticket_of(hall, early)
    hall.until(ELEVEN + 5 * MINUTE)
    ticket_of(hall, late)
    hall.until(ELEVEN + 8 * MINUTE)
    for _ in range(2):
        hall.finish("3")
    line = figures(hall).hall
    assert (line.checked_in, minutes(line.wait), line.early_seconds) == (2, 8 + 3, 3600)
    assert line.wait.p90_seconds == 8 * 60


def test_a_pause_is_part_of_the_wait_and_told_apart() -> None:
    """Neither it nor an outage mends a promise."""
    hall = play()
    hall.issue()
    hall.wait(5)
    hall.do(c.PauseHall(id=ID, kind="break"))
    hall.wait(10)
    hall.do(c.ResumeHall(id=ID))
    hall.come_back(4)
    hall.call()
    line = passport(hall)
    assert (minutes(line.wait), line.paused_seconds, line.within_target) == (19, 14 * 60, 0)


def test_what_nobody_ended_has_no_service_time() -> None:
    """It stands apart, and is not served."""
    hall = play(a_hall(hours={"sat": ["09:00-18:00"]}))
    hall.issue()
    hall.serve()
    hall.wait(24 * 60)
    line = passport(hall)
    assert (line.served, line.unclosed, line.service.legs, line.open) == (0, 1, 0, 0)
    assert desk(hall).unclosed == 1


def test_a_new_target_mends_no_promise() -> None:
    """What was promised when the wait began holds, whatever the hall file says by now."""
    hall = play()
    hall.issue()
    easy = with_target(hall.state.hall, "passport", 60)
    hall.fold(HallConfigured(hall=easy, digest="d2", source="file"))
    hall.issue()
    hall.wait(16)
    hall.finish()
    hall.finish()
    assert (passport(hall).promised, passport(hall).within_target) == (2, 1)


def test_bookings_that_lapse_and_jumps_are_counted() -> None:
    """A booking whose visitor did not come is no ticket; a call past others is one of the calls."""
    hall = a_bookable_hall()
    book(hall)
    hall.until(NINE + 10 * HOUR)
    assert (figures(hall).hall.lapsed, figures(hall).hall.issued) == (1, 0)
    other = play()
    other.issue()
    other.do(c.CallTicket(id=ID, desk="1", ticket=other.issue(), reason="emergency"))
    assert (passport(other).calls, passport(other).jumps, desk(other).jumps) == (1, 1, 1)


def test_a_ticket_of_the_day_before_stands_on_its_own_day() -> None:
    """Round the clock: it is followed beyond its day, and none of it is the next day's."""
    hall = play(at=NINE + 17 * HOUR)
    hall.issue()
    hall.wait(120)
    hall.finish()
    with on_disk(hall.log) as reader:
        own, next_one = read_figures(reader, DAY), read_figures(reader, "2026-11-22")
    assert (own.hall.served, minutes(own.hall.wait), own.last_day) == (1, 120, "2026-11-22")
    assert (next_one.hall.issued, next_one.hall.calls) == (0, 0)


def days(hall: Played) -> list[str]:
    """Give the days on which tickets were issued."""
    return sorted({event.day for event in hall.log if isinstance(event, TicketIssued)})


Waits = dict[tuple[str, int], tuple[int, bool]]


def recorded(timeline: Timeline) -> Waits:
    """Give by leg what was recorded at its calls: the wait, and whether the promise is broken."""
    return {
        (number, place): (leg.wait, leg.is_late)
        for number, legs in timeline.legs.items()
        for place, leg in enumerate(legs)
        if leg.calls
    }


def assert_none_shorter(before: Waits, after: Waits) -> None:
    """Each wait still stands, as long or longer, and no broken promise is kept by now."""
    for leg, (wait, is_late) in before.items():
        assert after[leg][0] >= wait, leg
        assert after[leg][1] >= is_late, leg


@TRIED
@given(DAYS)
def test_nothing_that_happens_shortens_a_wait(steps: list[Step]) -> None:
    """After each event of a day every wait that was recorded stands, or is longer."""
    hall, _ = live(steps)
    for day in days(hall):
        timeline, before = lived([], day), Waits()
        for event in hall.log:
            timeline.hear(event)
            after = recorded(timeline)
            assert_none_shorter(before, after)
            before = after


@TRIED
@given(DAYS, st.integers(0, 40), st.sampled_from(["none", "elderly"]))
def test_no_command_shortens_a_wait(steps: list[Step], which: int, class_: str) -> None:
    """Whatever is tried next, of all that can be said: a call, a cancel, a class, a slip, an end."""
    hall, _ = live(steps)
    before = {day: recorded(lived(hall.log, day)) for day in days(hall)}
    for word in sorted(set(WORDS)):
        tried = Played(hall.state.copy(), hall.at, list(hall.log), copy.deepcopy(hall.forecast))
        tried.wait(2)
        for command in commands(tried, (word, which, class_, 0)):
            with suppress(Refusal):
                tried.do(command)
        for day, waits in before.items():
            assert_none_shorter(waits, recorded(lived(tried.log, day)))


@TRIED
@given(DAYS)
def test_every_second_is_counted_once_and_every_line_adds_up(steps: list[Step]) -> None:
    """A leg's time lies under one word each; a ticket ends in one way; services sum up to the hall."""
    hall, _ = live(steps)
    for day in days(hall):
        timeline = lived(hall.log, day)
        for leg in timeline.all_legs():
            assert sum(leg.spent.values()) == leg.since - leg.began
            assert 0 <= leg.paused <= leg.wait
        told = f.figures(timeline, "", "")
        for line in (told.hall, *told.services):
            ended = sum(getattr(line, how) for how in f.ENDS)
            assert line.issued + line.sent_here + line.further == ended + line.sent_on + line.open
        for name in ("issued", "served", "calls", "jumps", "open", "corrected", "promised", "lapsed"):
            assert getattr(told.hall, name) == sum(getattr(line, name) for line in told.services)
        for name in ("calls", "served", "unclosed"):
            assert getattr(told.hall, name) == sum(getattr(line, name) for line in told.desks)


@TRIED
@given(DAYS)
def test_the_log_on_the_disk_gives_the_figures_of_the_live_hall(steps: list[Step]) -> None:
    """Read back they are the same, and they say of each ticket what the state says of it."""
    hall, _ = live(steps)
    with on_disk(hall.log) as reader:
        for day in days(hall):
            read, known = read_figures(reader, day), figures(hall, day)
            assert (read.hall, read.services, read.desks) == (known.hall, known.services, known.desks)
    state = hall.state
    today = [one for one in (*state.tickets.values(), *state.ended.values()) if one.day == state.day]
    counts = Counter(one.state for one in today)
    legs = lived(hall.log, state.day).legs.values()
    assert counts == Counter(own[-1].state.replace("unclosed", "completed") for own in legs)
