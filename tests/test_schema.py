"""The descriptions of the two interfaces: valid, complete, and true to what the server says."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from protocol.commands import COMMANDS
from protocol.events import EVENTS
from protocol.wire import encode
from server import schema
from server.calls import CALLS
from server.domain.refusals import NotAllowed
from server.problems import document
from server.rooms import HEARS


def names(refs: list[dict[str, str]]) -> set[str]:
    """Give what the references name."""
    return {ref["$ref"].rpartition("/")[2] for ref in refs}


def resolved(described: dict[str, Any], reference: str) -> Any:
    """Follow a reference within a document."""
    found: Any = described
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(value: Any) -> set[str]:
    """Give every reference in a document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(each) for each in value.values()))
    return set().union(*(references(each) for each in value)) if isinstance(value, list) else set()


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """Give the description as a client reads it."""
    return dict(json.loads(encode(schema.openapi())))


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, Any]:
    """Give the description as a client reads it."""
    return dict(json.loads(encode(schema.asyncapi())))


def test_openapi_is_valid(openapi: dict[str, Any]) -> None:
    """By a validator that is not ours."""
    validate(openapi)


def test_openapi_has_every_call_command_event_and_refusal(openapi: dict[str, Any]) -> None:
    """Made from the registries, so that none is forgotten."""
    described = {(method.upper(), path) for path, calls in openapi["paths"].items() for method in calls}
    assert described == {(call.method, call.path) for call in CALLS} | {("POST", "/api/v1/commands")}
    body = openapi["paths"]["/api/v1/commands"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    assert names(body["anyOf"][0]["anyOf"]) == {kind.__name__ for kind in COMMANDS.values()}
    assert {kind.__name__ for kind in EVENTS.values()} <= openapi["components"]["schemas"].keys()
    refusals = openapi["components"]["schemas"]["Problem"]["x-refusals"]
    wanted = "nobody_waiting too_soon desk_not_open service_suspended hall_closed wrong_state unknown_ticket"
    wanted += " unknown_command not_allowed not_your_desk desk_busy desk_taken id_reused malformed overloaded"
    assert set(wanted.split()) <= refusals.keys()
    assert all(refusal["sentence"].endswith(".") for refusal in refusals.values())


def test_asyncapi_has_the_shape_of_version_3(asyncapi: dict[str, Any]) -> None:
    """Channels with messages, operations that point at them, and nothing that dangles."""
    assert asyncapi["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= asyncapi["info"].keys()
    channel = asyncapi["channels"]["hall"]
    assert channel["messages"].keys() == {"join", "joined", "command", "answer", "events"}
    for operation in asyncapi["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert operation["channel"] == {"$ref": "#/channels/hall"}
        assert operation["messages"]
    for message in asyncapi["components"]["messages"].values():
        assert "payload" in message
    assert names(asyncapi["components"]["messages"]["command"]["payload"]["anyOf"]) == {
        kind.__name__ for kind in COMMANDS.values()
    }
    assert asyncapi["x-rooms"].keys() == HEARS.keys()


@pytest.mark.parametrize("described", ["openapi", "asyncapi"])
def test_no_reference_dangles(described: str, request: pytest.FixtureRequest) -> None:
    """Each leads to something in the same document."""
    whole = request.getfixturevalue(described)
    found = references(whole)
    assert found
    for reference in found:
        assert resolved(whole, reference), reference


def test_a_real_problem_fits_its_schema(openapi: dict[str, Any]) -> None:
    """Members beyond the common ones are allowed."""
    validator = Draft202012Validator({**openapi["components"]["schemas"]["Problem"]})
    validator.validate(json.loads(encode(document(NotAllowed(), "en"))))
