"""What is shown: to everyone, to a desk, to a visitor; and never more."""

from typing import Any

import msgspec

from protocol import commands as c
from protocol import events as e
from protocol.words import MINUTE, SECOND
from server import standing
from server.domain import desk_view, views
from server.domain.explain import explain
from tests.builders import ID, LEAD, NINE, Played, a_hall, play, waiting


def no_text(_: str) -> str:
    """Give no text at all."""
    return ""


def keys_in(shown: object) -> set[str]:
    """Collect every key of plain data."""
    if isinstance(shown, dict):
        return set(shown).union(*(keys_in(value) for value in shown.values()))
    return set().union(*(keys_in(value) for value in shown)) if isinstance(shown, list) else set()


def test_the_hall_shows_its_services_as_a_tree() -> None:
    """Groups have children, leaves have a queue; desks, classes, outcomes and reasons go by their ids."""
    shown = views.hall(play().state)
    papers, land = shown["services"]
    assert [child["id"] for child in papers["children"]] == ["passport", "birth"]
    assert "queue" not in papers
    assert (land["queue"], land["children"]) == ("B", [])
    assert shown["desks"][1] == {"number": "2", "zone": "west", "kind": "desk", "queues": ["A", "B"]}
    assert [class_["id"] for class_ in shown["classes"]] == ["elderly", "veteran", "pregnant"]
    assert (shown["is_open"], shown["digest"], shown["day"]) == (True, "d1", "2026-11-21")


def test_queues_tell_counts_waits_and_called_numbers() -> None:
    """Each queue has its figures; a queue whose desks are closed is stranded."""
    hall = waiting(("passport", 0), ("passport", 1), ("land", 2))
    hall.call()
    hall.forecast.refresh(hall.state, hall.at)
    first, second = views.queues(hall.state, hall.forecast)
    assert (first["waiting"], first["open_desks"], first["called"], first["stranded"]) == (
        1,
        1,
        ["A001"],
        False,
    )
    assert first["expected_wait_seconds"][2] < second["expected_wait_seconds"][2]
    assert (second["waiting"], second["stranded"]) == (1, True)


def test_a_board_shows_its_zone_and_no_class() -> None:
    """Called and served now, and the last calls, of one zone or of all."""
    hall = waiting(("passport", 0, "elderly"), ("passport", 1), desks=("1", "2"))
    hall.call("1")
    hall.serve("2")
    east, everywhere = views.board(hall.state, "east"), views.board(hall.state)
    assert [(call["ticket"], call["state"]) for call in east["called"]] == [("A001", "called")]
    assert [call["desk"] for call in everywhere["recent"]] == ["2", "1"]
    assert "class" not in keys_in(everywhere)


def test_the_boards_keep_a_bounded_past() -> None:
    """However many calls, the state keeps some and a board shows ten."""
    hall = play()
    for _ in range(210):
        hall.issue()
        hall.finish()
    assert len(hall.state.calls) <= 200
    assert [call["ticket"] for call in views.board(hall.state)["recent"]][:2] == ["A210", "A209"]
    assert len(views.board(hall.state)["recent"]) == 10


def test_desks_and_kiosks_see_states() -> None:
    """A device learns what is open, busy and suspended."""
    hall = waiting(("passport", 0))
    hall.call()
    hall.do(c.SuspendService(id=ID, service="land", reason="r"))
    first = views.desks(hall.state)[0]
    assert (first["state"], first["ticket"], first["ticket_state"]) == ("open", "A001", "called")
    assert views.kiosk(hall.state)["suspended"] == ["land"]
    assert views.counts(hall.state) == {"A": 0, "B": 0}


def test_a_visitor_sees_the_own_place() -> None:
    """People ahead, how many of them by precedence, a range; then the desk; then the end."""
    hall = waiting(("passport", 0), ("passport", 1), ("passport", 2, "elderly"))
    hall.forecast.refresh(hall.state, hall.at)

    def shown() -> dict[str, object]:
        view = views.visit(hall.state, hall.forecast, "A002", "2026-11-21", hall.at)
        assert view is not None
        return view

    first = shown()
    assert (first["state"], first["ahead"], first["by_precedence"], first["desk"]) == ("waiting", 2, 1, None)
    assert first["expected_wait_seconds"] is not None
    for _ in range(2):
        hall.finish()
    hall.call()
    second = shown()
    assert (second["state"], second["ahead"], second["desk"], second["calls"]) == ("called", None, "1", 1)
    assert views.visit(hall.state, hall.forecast, "A002", "2026-11-20", hall.at) is None


def why(hall: Played, ticket: str) -> dict[str, int]:
    """Give the grounds on which others went before a ticket."""
    return views.went_first(hall.state, hall.ticket(ticket))


def test_a_visitor_is_told_why_others_went_first() -> None:
    """By ground, and only those who came later; at another desk nobody went before."""
    hall = waiting(("passport", 0), ("land", 1), ("passport", 60), desks=("1", "3"))
    assert why(hall, "A001") == {}
    hall.issue("passport", "veteran")
    assert hall.finish() == "A003"
    assert (why(hall, "A001"), why(hall, "A002"), why(hall, "B001")) == ({"class": 1}, {"class": 1}, {})
    hall.issue()
    hall.do(c.CallTicket(id=ID, desk="1", ticket="A004", reason="emergency"))
    hall.do(c.Serve(id=ID, desk="1", ticket="A004"))
    assert why(hall, "A001") == {"class": 1, "jump": 1}
    hall.do(c.Park(id=ID, desk="1", ticket="A004", reason="r"))
    hall.do(c.CallTicket(id=ID, desk="1", ticket="A004", reason=""))
    assert why(hall, "A002") == {"class": 1, "jump": 1, "return": 1}
    hall.issue()
    assert why(hall, "A005") == {}
    copy = hall.state.copy()
    assert copy.overtakings == hall.state.overtakings != []


def test_a_further_leg_and_a_held_turn_are_told() -> None:
    """One came from another service; the other's turn came while this one was held."""
    hall = play(desks=("1", "3"))
    hall.issue("land")
    hall.serve("3")
    hall.issue()
    hall.wait(5)
    hall.do(c.Transfer(id=ID, desk="3", ticket="B001", service="passport", reason="r"))
    assert hall.finish() == "B001"
    assert why(hall, "A001") == {"further": 1}
    hall.call()
    hall.do(c.Requeue(id=ID, desk="1", ticket="A001", reason="r"))
    hall.wait(1)
    hall.issue()
    assert hall.finish() == "A002"
    assert hall.state.overtakings[1:] == []  # who is held is no head, and no call overtakes it


def test_a_visit_outlives_its_service() -> None:
    """A ticket that ended is still shown when the hall no longer offers its service."""
    hall = waiting(("land", 0), desks=("3",))
    hall.finish("3")
    fewer = msgspec.structs.replace(a_hall(), service=a_hall().service[:3])
    hall.fold(e.HallConfigured(hall=fewer, digest="d2", source="file"))
    view = views.visit(hall.state, hall.forecast, "B001", "2026-11-21", hall.at)
    assert view is not None
    assert (view["state"], view["names"]) == ("completed", {})


def a_desk() -> Played:
    """Play until desk 1 serves a ticket that was transferred to it, has one parked and can undo one end."""
    hall = waiting(
        ("land", 0, "elderly"), ("passport", 1), ("passport", 2), ("passport", 3), desks=("1", "3")
    )
    hall.serve("3")
    hall.do(c.Transfer(id=ID, desk="3", ticket="B001", service="passport", reason="next"))
    parked = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=parked, reason="copy"))
    hall.finish()
    hall.finish()
    hall.call()
    return hall


def test_a_desk_reads_back_all_it_needs() -> None:
    """After any break: its ticket with evidence, legs and times, those parked, the end in reach."""
    hall = a_desk()
    shown = desk_view.desk(hall.state, "1", no_text)
    ticket = shown["ticket"]
    assert (ticket["number"], ticket["state"], ticket["class"], ticket["evidence"]) == (
        "B001",
        "called",
        "elderly",
        True,
    )
    assert [(leg["service"], leg["desk"]) for leg in ticket["legs"]] == [("land", "3")]
    assert (ticket["no_show_at"], ticket["recall_limit"], ticket["target_minutes"]) == (None, 2, 15)
    assert "serve" in ticket["verbs"]
    assert [parked["number"] for parked in shown["parked"]] == ["A001"]
    assert "call" in shown["parked"][0]["verbs"]
    assert shown["last_ended"]["number"] == "A003"
    assert shown["last_ended"]["until"] == hall.at + 10 * MINUTE
    hall.do(c.Recall(id=ID, desk="1", ticket="B001"))
    assert desk_view.desk(hall.state, "1", no_text)["ticket"]["no_show_at"] == hall.at + 90 * SECOND


def test_a_desk_sees_nobody_who_waits() -> None:
    """Blind at the server: counts, and no number but those called here."""
    hall = waiting(("passport", 0), ("passport", 1))
    shown = standing.desk(hall.state, "1", no_text)
    assert "A00" not in msgspec.json.encode(shown).decode()
    assert shown["counts"] == {"A": 2}


def test_an_end_that_cannot_be_taken_back_is_not_offered() -> None:
    """Who left while parked is not reinstated, and does not stand before the end that can be."""
    hall = waiting(("passport", 0), ("passport", 1))
    parked = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=parked, reason="copy"))
    assert desk_view.desk(hall.state, "1", no_text)["last_ended"] is None
    ended = hall.finish()
    hall.do(c.Abandon(id=ID, ticket=parked))
    assert desk_view.desk(hall.state, "1", no_text)["last_ended"]["number"] == ended


def test_every_event_of_a_ticket_has_words() -> None:
    """Whatever can happen to a ticket is told in a sentence."""
    hall = a_desk()
    hall.do(c.Recall(id=ID, desk="1", ticket="B001"))
    hall.do(c.Requeue(id=ID, desk="1", ticket="B001", reason="absent"))
    told = explain(hall.state.hall, [event for event in hall.log if getattr(event, "ticket", "") == "B001"])
    assert [str(words) for words in told] == [
        "2026-11-21 09:00:00: B001 issued for land, class elderly; 0 had an earlier turn.",
        "2026-11-21 11:00:00: called to desk 3 by the rules “1”; the ticket's key was 2026-11-21 08:00:00.",
        "No other lane of the desk had anyone to call.",
        "2026-11-21 11:00:00: the service began at desk 3.",
        "2026-11-21 11:00:00: transferred to queue A for passport (next).",
        "2026-11-21 11:00:00: called to desk 1 by the rules “1”; the ticket's key was 2026-11-21 10:00:00.",
        "No other lane of the desk had anyone to call.",
        "2026-11-21 11:00:00: recalled to desk 1, 1 times by then.",
        "2026-11-21 11:00:00: back to waiting from desk 1 (absent), not called before 2026-11-21 11:05:00.",
    ]


def test_a_jump_is_told_with_its_reason() -> None:
    """The words of a call name the other heads, whom a jump passed, and how many who came earlier stayed."""
    hall = waiting(("passport", 0), ("land", 1), ("passport", 5), desks=())
    hall.open("2", actor=LEAD)
    hall.do(c.Transfer(id=ID, ticket="B001", to_specialty="ru", reason="r"), LEAD)
    (called,) = hall.do(c.CallTicket(id=ID, desk="2", ticket="A002", reason="emergency"), LEAD)
    told = " ".join(str(words) for words in explain(hall.state.hall, [called]))
    assert "A jump, for the reason “emergency”, past 1 with an earlier turn: A001." in told
    assert "1 who had come earlier stayed waiting." in told


def test_the_heads_of_a_choice_are_told() -> None:
    """Who else could have been called, with the desk's credit for a specialty."""
    hall = waiting(("passport", 0), ("land", 1), desks=("2",))
    hall.do(c.Transfer(id=ID, ticket="B001", to_specialty="ru", reason="r"), LEAD)
    told = " ".join(str(words) for words in explain(hall.state.hall, [hall.call("2")]))
    assert "The desk chose among 2 heads of its lanes." in told
    assert "B001 had the turn 2026-11-21 10:20:00, with 10 minutes for the desk's specialty." in told


def test_words_cover_the_registry() -> None:
    """Every event about a ticket has words."""
    about = {kind for kind in e.EVENTS.values() if issubclass(kind, e.TicketEvent)}
    hall = a_hall()
    for kind in about:
        fields: dict[str, Any] = {
            "ticket": "A001",
            "desk": "1",
            "service": "land",
            "queue": "B",
            "class_": "none",
        }
        fields |= {"reason": "r", "outcome": "served", "state": "waiting", "language": "az", "device": "p"}
        more: dict[str, Any] = {
            "ahead": 0,
            "recalls": 1,
            "corrects": 1,
            "key": NINE,
            "heads": [],
            "overtaken": 0,
        }
        more |= {"issue": 2, "copies": 0, "note": "n", "booking": "1", "slot": NINE}
        more |= {"expected_wait_seconds": (0, 0, 0), "policy": "1", "jumped": [], "at": NINE}
        known = {name: value for name, value in (fields | more).items() if name in kind.__struct_fields__}
        assert explain(hall, [kind(**known)]), kind.__name__
