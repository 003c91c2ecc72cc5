"""Visits through several services as they are shown, told, audited and kept."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from server.domain import derive, desk_view, floor_view, views
from server.domain.explain import explain
from server.domain.state import HallState, from_snapshot, to_snapshot
from server.domain.tallies import of_day
from server.domain.ticket import Planned
from tests.builders import ID, Played
from tests.journeys import complete, journey, sent_and_back, served


def test_desk_floor_and_visitor_see_the_way() -> None:
    """What was done, what comes; the floor finds it by the number, and the hall tells each route."""
    hall = journey()
    served(hall)
    complete(hall, "1")
    hall.do(c.SuspendService(id=ID, service="birth", reason="other"))
    hall.serve("3")
    shown = views.visit(hall.state, hall.forecast, "A001", "2026-11-21", hall.at)
    assert shown is not None
    assert [leg["service"] for leg in shown["legs"]] == ["passport"]
    assert shown["planned"] == [{"service": "birth", "names": {"en": "Birth certificate"}}]
    at_desk = desk_view.desk(hall.state, "3", str)["ticket"]
    assert at_desk["planned"] == [
        {"service": "birth", "names": {"en": "Birth certificate"}, "desk": None, "suspended": True}
    ]
    found = floor_view.lookup(hall.state, hall.forecast, ("2026-11-21", "A001"), hall.at)
    assert found is not None
    assert (len(found["legs"]), len(found["planned"])) == (1, 1)
    (papers, _) = views.hall(hall.state)["services"]
    assert papers["children"][0]["route"] == ["land", "birth"]


def test_a_service_counts_what_it_served() -> None:
    """Also when its visitor is at the next one by now."""
    hall = journey()
    served(hall)
    complete(hall, "1")
    assert (of_day(hall.state)["passport"].served, of_day(hall.state)["land"].served) == (1, 0)


def test_the_life_of_a_journey_is_told() -> None:
    """Each step in a sentence."""
    hall = journey("1", "3")
    sent_and_back(hall)
    hall.do(c.DropLeg(id=ID, ticket="A001", service="birth"))
    hall.do(c.AddLeg(id=ID, ticket="A001", service="birth"))
    complete(hall, "3")
    hall.serve("1")
    complete(hall, "1")
    hall.serve("3")
    complete(hall, "3", ends_visit=True)
    said = " ".join(str(told) for told in explain(hall.state.hall, hall.log))
    for sentence in (
        "Afterwards it leads to: land, birth.",
        "Afterwards it leads back to desk 1.",
        "desk 3 took birth off the visit.",
        "desk 3 added birth to the visit.",
        "the visit goes on with passport in queue A, back at desk 1.",
        "the visit goes on with land in queue B.",
        "The desk said that no planned service follows.",
    ):
        assert sentence in said


def forged(hall: Played, event: e.Event) -> list[str]:
    """Fold an event that no rule gave, and give what the audit finds."""
    hall.fold(event)
    return [finding.sentence for finding in derive.audit(HallState(), hall.log)]


def lived() -> Played:
    """Make a hall whose A001 is served at desk 1 and A002 waits, both with a route."""
    hall = journey()
    served(hall)
    hall.issue()
    return hall


COMPLETED: dict[str, Any] = {"ticket": "A001", "desk": "1", "service": "passport", "outcome": "served"}


@pytest.mark.parametrize(
    ("events", "finding"),
    [
        pytest.param(
            [e.LegCompleted(**COMPLETED), e.AnnouncementWithdrawn(announcement=1)],
            "had to begin, and did not",
            id="a stage left out",
        ),
        pytest.param(
            [
                e.LegCompleted(**COMPLETED, ends_visit=True),
                e.LegBegun(ticket="A001", service="land", queue="B"),
            ],
            "none before it was completed just then",
            id="a stage after the end",
        ),
        pytest.param(
            [e.LegCompleted(**COMPLETED), e.LegBegun(ticket="A001", service="birth", queue="A")],
            "began as",
            id="another stage",
        ),
        pytest.param(
            [e.LegCompleted(**COMPLETED), e.LegBegun(ticket="A001", service="land", queue="A")],
            "began as",
            id="another queue",
        ),
        pytest.param(
            [e.LegAdded(ticket="A001", desk="1", service="land")], "led to already", id="a service again"
        ),
        pytest.param(
            [e.LegAdded(ticket="A001", desk="3", service="passport")], "at desk 3", id="at another desk"
        ),
        pytest.param([e.LegAdded(ticket="A001", desk="1", service="papers")], "no visitors", id="a group"),
        pytest.param([e.LegAdded(ticket="A002", desk="1", service="passport")], "cannot", id="who waits"),
        pytest.param(
            [e.LegDropped(ticket="A001", desk="1", service="passport")], "not planned", id="no such leg"
        ),
        pytest.param(
            [
                e.TicketTransferred(
                    ticket="A001", desk="1", service="land", queue="B", reason="r", back_to="3"
                )
            ],
            "to return to desk 3",
            id="back to another desk",
        ),
    ],
)
def test_the_audit_finds_a_way_that_the_rules_do_not_give(events: list[e.Event], finding: str) -> None:
    """Each forged step is told."""
    hall = lived()
    *first, last = events
    for event in first:
        hall.fold(event)
    assert any(finding in sentence for sentence in forged(hall, last))


@pytest.mark.parametrize(
    ("route", "finding"),
    [
        pytest.param(["papers"], "no service of the hall", id="a group"),
        pytest.param(["passport"], "to the same one", id="itself"),
    ],
)
def test_the_audit_finds_a_route_that_leads_nowhere(route: list[str], finding: str) -> None:
    """A number was given for a way that nobody can go."""
    hall = journey()
    hall.issue()
    hall.log[-1] = msgspec.structs.replace(hall.log[-1], route=route)
    found = [str(one) for one in derive.audit(HallState(), hall.log)]
    assert any(finding in sentence for sentence in found)


def test_a_taken_back_leg_names_what_it_corrects() -> None:
    """Another desk or another event is found."""
    hall = lived()
    complete(hall, "1")
    corrected = e.TicketReinstated(ticket="A001", desk="1", state="serving", corrects=1, reason="r")
    assert any("taken back" in sentence for sentence in forged(hall, corrected))


def test_a_snapshot_keeps_the_way() -> None:
    """Also the leg that may still be taken back."""
    hall = journey()
    served(hall)
    complete(hall, "1")
    again = from_snapshot(to_snapshot(hall.state))
    ticket = again.tickets["A001"]
    assert ticket.planned == (Planned("birth"),)
    assert ticket.before == hall.ticket("A001").before
    assert ticket.before is not None
