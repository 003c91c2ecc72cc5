"""The HTTP interface against a running server: reads, sessions, problem documents, pages and their policy."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from server.calls import CALLS
from server.domain.refusals import Overloaded
from server.problems import response
from tests.hall_process import Asker, new_id
from tests.network_hall import NetworkHall

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def system(hall_server: NetworkHall) -> Asker:
    """Another system, which holds desk 2 open."""
    asker = hall_server.device("integration")
    asker.done("open_desk", desk="2")
    return asker


def ask(server: NetworkHall, method: str, path: str, **how: Any) -> requests.Response:
    """Ask as nobody in particular, and see the headers too."""
    return requests.request(method, f"http://127.0.0.1:{server.port}{path}", timeout=10, **how)


def test_a_known_state_is_not_sent_again(hall_server: NetworkHall, system: Asker) -> None:
    """The ETag is good until something happens."""
    first = ask(hall_server, "GET", "/api/v1/board?zone=west")
    assert (first.json()["seq"], first.json()["zone"]) == (system.ask("GET", "/readyz")[1]["seq"], "west")
    again = ask(
        hall_server, "GET", "/api/v1/board?zone=west", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    system.done("issue_ticket", service="licence")
    later = ask(
        hall_server, "GET", "/api/v1/board?zone=west", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert later.status_code == 200
    assert later.json()["epoch"] == first.json()["epoch"]


def test_the_board_tells_who_is_called_and_no_class(hall_server: NetworkHall, system: Asker) -> None:
    """In its zone alone; and the queues tell who waits."""
    number = system.done("issue_ticket", service="licence", **{"class": "elderly"})[0]["ticket"]
    waiting = hall_server.stranger().ask("GET", "/api/v1/queues")[1]["queues"]
    assert {queue["id"]: queue["waiting"] for queue in waiting}["B"] >= 1
    system.done("call_ticket", desk="2", ticket=number, reason="emergency")
    board = hall_server.stranger().ask("GET", "/api/v1/board?zone=west")[1]
    assert [(call["ticket"], call["desk"], call["state"]) for call in board["calls"]] == [
        (number, "2", "called")
    ]
    assert "elderly" not in json.dumps(board["calls"])
    assert hall_server.stranger().ask("GET", "/api/v1/board?zone=east")[1]["calls"] == []
    system.done("serve", desk="2", ticket=number)
    system.done("complete", desk="2", ticket=number, outcome="served")


def test_the_log_is_read_dense_by_those_who_may(hall_server: NetworkHall, system: Asker) -> None:
    """With the seq to ask for next; a ticket's own events stand in it."""
    number = system.done("issue_ticket", service="passport")[0]["ticket"]
    for asker in (system, hall_server.device("reader"), hall_server.operator("inspector")[0]):
        status, page = asker.ask("GET", "/api/v1/events?since=1&limit=3")
        assert status == 200
        assert [event["seq"] for event in page["events"]] == [2, 3, 4]
        assert page["next"] == 4
        assert page["epoch"]
        assert [event["type"] for event in asker.ask("GET", f"/api/v1/tickets/{number}")[1]["events"]] == [
            "ticket_issued"
        ]
    end = system.ask("GET", "/api/v1/events?since=1&limit=5000")[1]["next"]
    assert system.ask("GET", f"/api/v1/events?since={end}")[1]["events"] == []
    assert "token" not in json.dumps(system.ask("GET", "/api/v1/events?limit=5000")[1])
    assert system.ask("GET", "/api/v1/events?limit=5001")[0] == 422
    assert system.ask("GET", "/api/v1/events?since=x")[1]["path"] == "$.since"
    assert system.ask("GET", "/api/v1/tickets/Z999")[1]["code"] == "unknown_ticket"


@pytest.mark.parametrize(("language", "says"), [("en", "issued for licence"), ("az", "licence")])
def test_a_ticket_is_explained_in_the_askers_language(system: Asker, language: str, says: str) -> None:
    """The same sentences as on the command line, one for each event, at its time."""
    issued = system.done("issue_ticket", service="licence", **{"class": "elderly"})[0]
    asked = {"Accept-Language": language}
    told = system.ask("GET", f"/api/v1/tickets/{issued['ticket']}", **asked)[1]["explained"]
    assert [each["seq"] for each in told] == [issued["seq"]]
    assert told[0]["at"] == issued["at"]
    assert issued["ticket"] in told[0]["sentence"]
    assert says in told[0]["sentence"]
    assert "{" not in told[0]["sentence"]
    assert ("had an earlier turn" in told[0]["sentence"]) == (language == "en")


@pytest.mark.parametrize(
    "path",
    ["/api/v1/events", "/api/v1/tickets/A001", "/api/v1/desks", "/api/v1/snapshot", "/api/v1/session"],
)
def test_what_is_not_public_is_not_told_to_strangers(hall_server: NetworkHall, path: str) -> None:
    """And a board, a kiosk, an ordinary operator read no log."""
    status, problem = hall_server.stranger().ask("GET", path)
    assert (status, problem["code"]) == (401, "not_signed_in")
    if "events" in path or "tickets" in path:
        for asker in (hall_server.device("kiosk"), hall_server.operator()[0]):
            assert asker.ask("GET", path)[0] == 403


def test_an_array_is_decided_in_order_and_each_stands_alone(system: Asker) -> None:
    """Malformed ones among them too; more than 200 are not begun."""
    said = [
        {"type": "issue_ticket", "id": new_id(), "service": "passport"},
        {"type": "fly", "id": new_id()},
        {"type": "issue_ticket", "id": new_id(), "service": "passport", "colour": "red"},
        {"type": "call_next", "id": new_id(), "desk": "1"},
        {"type": "issue_ticket", "id": new_id(), "service": "passport"},
    ]
    status, answers = system.ask("POST", "/api/v1/commands", said)
    assert status == 200
    assert [answer["ok"] for answer in answers] == [True, False, False, False, True]
    assert [answers[number]["code"] for number in (1, 2, 3)] == [
        "unknown_command",
        "malformed",
        "desk_not_open",
    ]
    assert answers[4]["seq"] == answers[0]["seq"] + 1
    assert system.ask("POST", "/api/v1/commands", []) == (200, [])
    many = [{"type": "issue_ticket", "id": new_id(), "service": "passport"} for _ in range(201)]
    assert system.ask("POST", "/api/v1/commands", many)[0] == 422


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(b"", 422, "malformed", id="nothing"),
        pytest.param(b"{", 422, "malformed", id="half"),
        pytest.param(b"\xff\xfe", 422, "malformed", id="no text"),
        pytest.param(b"7", 422, "malformed", id="a number"),
        pytest.param(b'{"type":"issue_ticket"}', 422, "malformed", id="no id"),
        pytest.param(b'{"type":7,"id":"12345678"}', 422, "malformed", id="no type"),
        pytest.param(b'{"type":"dance","id":"12345678"}', 422, "unknown_command", id="unknown"),
        pytest.param(b" " * 300_000, 413, "too_large", id="too large"),
    ],
)
def test_what_is_no_command_is_a_problem(
    hall_server: NetworkHall, system: Asker, body: bytes, status: int, code: str
) -> None:
    """With a sentence and a path, and nothing changed."""
    before = system.ask("GET", "/readyz")[1]["seq"]
    headers = {"Authorization": f"Bearer {system.token}"}
    answer = ask(hall_server, "POST", "/api/v1/commands", data=body, headers=headers)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"/problems/{code}"
    assert problem["detail"].endswith(".")
    assert ("path" in problem) == (status == 422)
    assert system.ask("GET", "/readyz")[1]["seq"] == before


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("GET", "/api/v1/nothing", 404, "not_found", id="no such call"),
        pytest.param("GET", "/brochure", 404, "not_found", id="a page that nobody made"),
        pytest.param("GET", "/static/ui/../../setup.cfg", 404, "not_found", id="out of the folder"),
        pytest.param("GET", "/static/server/run.py", 404, "not_found", id="no folder of pages"),
        pytest.param("GET", "/texts/xx.json", 404, "not_found", id="no such language"),
        pytest.param("GET", "/api/v1/commands", 405, "method_not_allowed", id="commands are not read"),
        pytest.param("PUT", "/api/v1/hall", 405, "method_not_allowed", id="the hall is not put"),
        pytest.param("POST", "/api/v1/commands", 401, "not_signed_in", id="a stranger commands nothing"),
        pytest.param("POST", "/api/v1/session", 422, "malformed", id="a session of nobody"),
        pytest.param("GET", "/api/v1/visits/261121-A001-00", 404, "not_found", id="a visit that is none"),
    ],
)
def test_whatever_fails_is_a_problem_document(
    hall_server: NetworkHall, method: str, path: str, status: int, code: str
) -> None:
    """Also where nothing is, or nothing of that kind."""
    answer = ask(hall_server, method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_wrong_token_is_not_a_stranger(hall_server: NetworkHall) -> None:
    """Whoever shows one is told that it is wrong, wherever it is asked for."""
    asker = hall_server.process.asker("novbe_wrong")
    assert asker.refused("issue_ticket", service="passport") == "unknown_token"
    assert asker.ask("GET", "/api/v1/snapshot")[1]["code"] == "unknown_token"


def test_an_operator_signs_in_and_out(hall_server: NetworkHall) -> None:
    """With a cookie that no script reads and no other site sends; wrong words open nothing."""
    name, password = "aysel", hall_server.register.add_operator("aysel", "operator")
    wrong = ask(hall_server, "POST", "/api/v1/session", json={"name": name, "password": "guess"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    answer = ask(hall_server, "POST", "/api/v1/session", json={"name": name, "password": password})
    who = {"id": answer.json()["id"], "name": name, "role": "operator"}
    assert answer.json() == who
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    operator = hall_server.process.asker(cookie=cookie.partition(";")[0])
    assert operator.ask("GET", "/api/v1/session") == (200, who)
    assert operator.done("open_desk", desk="1")[0]["actor"]["id"] == who["id"]
    desks = operator.ask("GET", "/api/v1/desks")[1]
    assert [desk["operator_name"] for desk in desks if desk["number"] == "1"] == [name]
    operator.done("close_desk", desk="1")
    assert operator.ask("DELETE", "/api/v1/session")[0] == 204
    assert operator.refused("open_desk", desk="1") == "not_signed_in"


def test_an_operator_is_told_by_name_who_has_a_desk(hall_server: NetworkHall) -> None:
    """The log knows opaque ids alone; the sentence is for people."""
    (first, who), (second, _) = hall_server.operator(), hall_server.operator()
    first.done("open_desk", desk="1")
    problem = second.say("open_desk", desk="1")[1]
    assert (problem["code"], problem["operator"]) == ("desk_taken", who["name"])
    assert who["name"] in problem["detail"]
    first.done("close_desk", desk="1")


def test_not_now_says_when() -> None:
    """A server that cannot take a command tells after how many seconds to ask again."""
    status, headers, body = response(Overloaded(), "en")
    assert status == "503 Service Unavailable"
    assert dict(headers)["Retry-After"] == "1"
    assert json.loads(body)["retry_after"] == 1


def test_another_sites_page_changes_nothing(hall_server: NetworkHall) -> None:
    """Its Origin tells; the hall's own is let through, also behind a proxy."""
    operator, _ = hall_server.operator()
    command = {"type": "open_desk", "id": new_id(), "desk": "1"}
    evil = {"Origin": "https://evil.example"}
    for method, path, body in (
        ("POST", "/api/v1/commands", command),
        ("DELETE", "/api/v1/session", None),
        ("POST", "/api/v1/session", {"name": "a", "password": "b"}),
    ):
        status, problem = operator.ask(method, path, body, **evil)
        assert (status, problem["code"]) == (403, "wrong_origin")
        assert operator.ask(method, path, body, Origin="null")[0] == 403
    proxied = {"Origin": "https://hall.example", "X-Forwarded-Host": "hall.example"}
    assert operator.ask("POST", "/api/v1/commands", command, **proxied)[0] == 200
    operator.done("close_desk", desk="1")


def test_passwords_cannot_be_tried_for_ever(hall_server: NetworkHall) -> None:
    """After five wrong ones of a name the next is not looked at, right or wrong."""
    said = {"name": "nobody", "password": "guess"}
    codes = [ask(hall_server, "POST", "/api/v1/session", json=said).json()["code"] for _ in range(6)]
    assert codes == ["wrong_password"] * 5 + ["too_many_tries"]


def test_a_sentence_is_in_the_askers_language(system: Asker) -> None:
    """By Accept-Language, else in the hall's main one; the code stays."""
    said = {"type": "call_next", "id": new_id(), "desk": "9"}
    sentences = {
        language: system.ask("POST", "/api/v1/commands", said, **{"Accept-Language": language})[1]
        for language in ("en", "xx", "ru;q=0.9, en;q=0.1")
    }
    assert {problem["code"] for problem in sentences.values()} == {"unknown_desk"}
    assert sentences["xx"]["detail"] == sentences["en"]["detail"]
    assert "9" in sentences["en"]["detail"]


def test_the_servers_health_is_public_and_its_metrics_are_not(
    hall_server: NetworkHall, system: Asker
) -> None:
    """Metrics are for this machine, and through a proxy for whoever has a token."""
    assert hall_server.stranger().ask("GET", "/healthz")[1]["ok"] is True
    status, ready = hall_server.stranger().ask("GET", "/readyz")
    assert (status, ready["ready"], ready["read_only"]) == (200, True, False)
    assert "novbe_commit_seconds_count" in ask(hall_server, "GET", "/metrics").text
    through_a_proxy = {"X-Forwarded-For": "203.0.113.7"}
    assert ask(hall_server, "GET", "/metrics", headers=through_a_proxy).status_code == 401
    with_token = {**through_a_proxy, "Authorization": f"Bearer {system.token}"}
    text = ask(hall_server, "GET", "/metrics", headers=with_token).text
    assert 'novbe_waiting_tickets{queue="A"}' in text


@pytest.mark.parametrize(
    ("path", "status", "module"),
    [
        pytest.param("/", 200, "", id="start"),
        pytest.param("/desk", 200, "/static/desk/desk.js", id="desk"),
        pytest.param("/board", 200, "/static/display/board.js", id="board"),
        pytest.param("/kiosk", 200, "/static/kiosk/kiosk.js", id="kiosk"),
        pytest.param("/manager", 200, "/static/manager/manager.js", id="manager"),
        pytest.param("/demo", 200, "/static/demo/demo.js", id="demonstration"),
        pytest.param("/visit/261121-A001-00", 404, "", id="a visit that is none"),
    ],
)
def test_a_page_runs_only_the_halls_own_scripts(
    hall_server: NetworkHall, path: str, status: int, module: str
) -> None:
    """The import map carries the policy's nonce, another one each time; the rest are files."""
    pages = [ask(hall_server, "GET", f"{path}?lang=ar") for _ in range(2)]
    assert [page.status_code for page in pages] == [status] * 2
    policies = [page.headers["Content-Security-Policy"] for page in pages]
    nonces = [re.findall(r"'nonce-([^']+)'", policy)[0] for policy in policies]
    assert nonces[0] != nonces[1]
    assert "unsafe" not in policies[0]
    scripts = re.findall(r"<script[^>]*>", pages[0].text)
    assert all(f'nonce="{nonces[0]}"' in script or 'src="/static/' in script for script in scripts)
    assert not re.findall(r"\son\w+=|<style|\sstyle=", pages[0].text)
    assert (f'src="{module}"' in pages[0].text) == bool(module)
    assert 'dir="rtl"' in pages[0].text


def test_a_module_is_never_fetched_before_the_import_map(hall_server: NetworkHall) -> None:
    """Else it looks for its imports without the map, and now and then the page stays empty."""
    for path in ("/desk", "/board"):
        page = ask(hall_server, "GET", path).text
        assert 0 < page.index('type="importmap"') < page.index("modulepreload")


def test_a_visitors_page_opens_with_the_token_of_the_slip(hall_server: NetworkHall, system: Asker) -> None:
    """And its data too: the place, and no class."""
    issued = system.done("issue_ticket", service="passport")[0]
    assert ask(hall_server, "GET", f"/visit/{issued['token']}").status_code == 200
    status, visit = hall_server.stranger().ask("GET", f"/api/v1/visits/{issued['token']}")
    assert (status, visit["ticket"], visit["place"]) == (200, issued["ticket"], issued["ahead"])
    assert "class" not in visit
    assert visit["history"] == []
    system.done("call_ticket", desk="2", ticket=issued["ticket"], reason="emergency")
    system.done("recall", desk="2", ticket=issued["ticket"])
    visit = hall_server.stranger().ask("GET", f"/api/v1/visits/{issued['token']}")[1]
    assert [(call["type"], call["desk"]) for call in visit["history"]] == [
        ("ticket_called", "2"),
        ("ticket_recalled", "2"),
    ]
    system.done("cancel", desk="2", ticket=issued["ticket"], reason="left")


def test_a_visit_is_as_old_as_it_says(hall_server: NetworkHall, system: Asker) -> None:
    """While a visit's calls are read from the log the hall goes on: its seq is never ahead of its state."""
    issued = system.done("issue_ticket", service="passport")[0]
    about = {"desk": "2", "ticket": issued["ticket"]}
    system.done("call_ticket", **about, reason="emergency")
    seen: list[dict[str, Any]] = []
    done = threading.Event()

    def watch() -> None:
        phone = hall_server.stranger()
        while not done.is_set():
            seen.append(phone.ask("GET", f"/api/v1/visits/{issued['token']}")[1])

    watching = threading.Thread(target=watch)
    watching.start()
    turns: list[dict[str, Any]] = []
    for _ in range(40):
        turns += system.done("park", **about, reason="payment")
        turns += system.done("call_ticket", **about, reason="emergency")
    done.set()
    watching.join()
    states = {event["seq"]: "parked" if event["type"] == "ticket_parked" else "called" for event in turns}
    wrong = [visit for visit in seen if states.get(visit["seq"], visit["state"]) != visit["state"]]
    assert wrong == []
    system.done("cancel", **about, reason="left")


@pytest.mark.parametrize("encoding", ["identity", "br", "zstd"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [("/static/ui/link.js", "text/javascript"), ("/texts/ar.json", "application/json")],
)
def test_files_of_the_pages_are_asked_for_again_but_not_sent_again(
    hall_server: NetworkHall, path: str, kind: str, encoding: str
) -> None:
    """No module is ever older than its server, and what is long comes packed to who can unpack it."""
    headers = {"Accept-Encoding": encoding}
    first = ask(hall_server, "GET", path, headers=headers)
    assert first.headers["Content-Type"].startswith(kind)
    assert "no-cache" in first.headers["Cache-Control"]
    assert first.headers.get("Content-Encoding", "identity") == encoding
    again = ask(hall_server, "GET", path, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_texts_say_their_language(hall_server: NetworkHall) -> None:
    """Also English, in which the keys are."""
    texts = ask(hall_server, "GET", "/texts/en.json").json()
    assert (texts["language"], texts["direction"]) == ("en", "ltr")


def test_every_answer_carries_the_headers_of_safety(hall_server: NetworkHall) -> None:
    """Pages, reads and problems alike; a demonstration's pages stand side by side in one of its own."""
    for path in ("/", "/api/v1/hall", "/nothing"):
        headers = ask(hall_server, "GET", path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


def test_every_call_of_the_table_is_answered(hall_server: NetworkHall) -> None:
    """None is promised that is not built."""
    for call in CALLS:
        if call.method == "GET" and not call.in_path:
            assert ask(hall_server, "GET", call.path).status_code in {200, 401, 409, 422}, call.path
