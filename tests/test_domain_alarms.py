"""Alarms: what somebody ought to look at now, and nothing else."""

from protocol import commands as c
from protocol import events as e
from protocol.words import HOUR, MINUTE
from server.domain.alarms import Alarm, alarms
from tests.builders import GREETER, ID, KIOSK, NINE, Played, play, waiting

THERE = {"dev-2": True}


def wrong(hall: Played, **connected: bool) -> list[Alarm]:
    """List the alarms now; the kiosk is there unless told."""
    return alarms(hall.state, hall.at, connected or THERE)


def report(hall: Played, kind: str, state: str) -> None:
    """Let the kiosk tell of one of its parts."""
    hall.do(c.ReportDevice(id=ID, device="p", kind=kind, state=state), KIOSK)


def test_a_hall_where_all_is_well_has_no_alarm() -> None:
    """Nobody is called for nothing."""
    hall = waiting(("passport", 0))
    report(hall, "printer", "ok")
    report(hall, "kiosk", "in_service")
    assert wrong(hall) == []


def test_a_fault_is_an_alarm_from_its_beginning_until_it_ends() -> None:
    """Told again it is the same fault; well again it is none."""
    hall = play()
    report(hall, "printer", "fault")
    began = hall.at
    hall.wait(5)
    report(hall, "printer", "fault")
    (alarm,) = wrong(hall)
    assert (alarm["kind"], alarm["subject"], alarm["since"]) == ("device", "dev-2", began)
    assert alarm["members"] == {"device": "p", "kind": "printer", "state": "fault"}
    report(hall, "printer", "ok")
    assert wrong(hall) == []


def test_speech_that_is_behind_is_its_own_alarm() -> None:
    """A board whose announcements pile up is no broken board."""
    hall = play()
    report(hall, "voice", "backlog")
    assert [alarm["kind"] for alarm in wrong(hall)] == ["speech"]


def test_a_device_that_is_not_there_is_an_alarm_once() -> None:
    """Whatever it told last is old by now."""
    hall = play()
    report(hall, "printer", "fault")
    (alarm,) = alarms(hall.state, hall.at, {"dev-2": False})
    assert (alarm["subject"], alarm["members"]) == ("dev-2", {"kind": "device", "state": "away"})


def test_a_stranded_queue_is_an_alarm_since_its_last_desk_left() -> None:
    """With how many wait there, those among them who ask for a desk that is gone."""
    hall = waiting(("passport", 0), ("passport", 1), ("land", 2), desks=("1", "2"))
    assert wrong(hall) == []
    hall.do(c.Transfer(id=ID, ticket="A002", to_desk="1", reason="r"))
    hall.wait(3)
    hall.do(c.CloseDesk(id=ID, desk="1"))
    left = hall.at
    assert [(a["subject"], a["since"], a["members"]["waiting"]) for a in wrong(hall)] == [("A", left, 1)]
    hall.wait(1)
    hall.do(c.PauseDesk(id=ID, desk="2", reason="break"))
    assert [(a["kind"], a["subject"], a["members"]["waiting"]) for a in wrong(hall)] == [
        ("stranded", "A", 2),
        ("stranded", "B", 1),
    ]


def test_a_promise_that_is_missed_is_an_alarm_when_it_can_be_counted() -> None:
    """80 percent within 15 minutes, of ten calls or more."""
    hall = play()
    for _ in range(10):
        hall.issue()
    hall.wait(20)
    for _ in range(9):
        hall.finish()
    assert wrong(hall) == []
    hall.finish()
    (alarm,) = wrong(hall)
    assert (alarm["kind"], alarm["subject"]) == ("target", "passport")
    assert alarm["members"] == {"percent": 0, "minutes": 15, "promised": 80, "called": 10, "within": 0}


def test_who_asks_for_help_is_an_alarm_until_somebody_goes() -> None:
    """With the ticket, where one is known."""
    hall = play()
    number = hall.issue()
    (asked,) = hall.do(c.RequestHelp(id=ID, ticket=number), KIOSK)
    (alarm,) = wrong(hall)
    assert (alarm["kind"], alarm["subject"], alarm["since"]) == ("help", "dev-2", hall.at)
    assert alarm["members"] == {"request": asked.seq, "ticket": number, "day": "2026-11-21"}
    hall.do(c.AnswerHelp(id=ID, request=asked.seq), GREETER)
    assert wrong(hall) == []


def test_a_step_of_the_wall_clock_is_told_for_an_hour() -> None:
    """Long enough for somebody to look."""
    hall = play()
    hall.fold(e.ClockChanged(step_seconds=-30))
    (alarm,) = wrong(hall)
    assert (alarm["kind"], alarm["members"]) == ("clock", {"step_seconds": -30})
    hall.until(NINE + HOUR - MINUTE)
    assert wrong(hall)
    hall.until(NINE + HOUR)
    assert wrong(hall) == []
