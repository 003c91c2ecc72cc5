"""OpenAPI 3.1 and AsyncAPI 3 of this server, from one small generator over the registries of the protocol.

Nothing is described twice: commands and events are their structs, refusals their classes, rooms their table,
HTTP calls the table ``CALLS`` that the routes are made from.
"""

from typing import Annotated, Any

import msgspec

from protocol.commands import COMMANDS, AnyCommand
from protocol.events import EVENTS, AnyEvent
from server import problems, refusals
from server.calls import CALLS, Call
from server.domain.figures import DayFigures
from server.domain.refusals import Refusal, every
from server.rooms import HEARS

VERSION = "1"
REF = "#/components/schemas/{name}"
_DECLARED_IN = (problems, refusals)
"""Where refusals stand besides the rules: importing them makes them known."""


class Answer(msgspec.Struct, kw_only=True):
    """A command was done: the events that it caused, and the seq of the last of them."""

    ok: bool
    seq: int
    events: list[AnyEvent]


class Problem(msgspec.Struct, kw_only=True):
    """RFC 9457: why not; ``code`` is stable, ``detail`` a sentence in the asker's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    path: str | None = None
    retry_after: int | None = None
    ok: bool | None = None


class Frame(msgspec.Struct, kw_only=True):
    """What a room hears: everything after ``from_seq`` - 1 up to ``to_seq``; no field that it may not hear.

    Frames of a desk have ``counts`` by queue and ``last_for``, of them those whom no other open desk serves;
    those of a visit its ``place``. In frames ``hall_paused`` and ``announced`` have ``texts``, a sentence a
    language, in place of ``text``.
    """

    epoch: str
    from_seq: int
    to_seq: int
    events: list[AnyEvent]
    counts: dict[str, int] | None = None
    last_for: dict[str, int] | None = None
    place: int | None = None


class Place(msgspec.Struct, kw_only=True):
    """Where a client stands in the hall's history; all of it may be left out."""

    epoch: str | None = None
    seq: int | None = None
    zone: str | None = None


class Joined(msgspec.Struct, kw_only=True):
    """Where the hall stands: what was missed, when that is at most 200 events, else a snapshot's path."""

    epoch: str
    seq: int
    events: list[AnyEvent] | None = None
    snapshot: str | None = None
    counts: dict[str, int] | None = None
    last_for: dict[str, int] | None = None
    place: int | None = None


Commands = Annotated[list[AnyCommand], msgspec.Meta(max_length=200)]

_TYPES: list[type[Any]] = [
    *COMMANDS.values(),
    *EVENTS.values(),
    Answer,
    Problem,
    Frame,
    Place,
    Joined,
    DayFigures,
]
_NAMED = {kind.__name__ for kind in _TYPES}


def openapi() -> dict[str, Any]:
    """Give the OpenAPI document of the HTTP interface."""
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    paths["/api/v1/commands"] = {"post": _commands_operation()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Novbe", "version": VERSION, "description": "The hall over HTTP."},
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def asyncapi() -> dict[str, Any]:
    """Give the AsyncAPI document of the Socket.IO interface, as the server sees it."""
    messages = {
        "join": _message("Place", "Ask to hear; the server alone decides the room."),
        "joined": _message("Joined", "The acknowledgement of join."),
        "command": {"payload": {"anyOf": _refs(COMMANDS)}, "summary": "Ask something of the hall."},
        "answer": {
            "payload": {"anyOf": [_ref("Answer"), _ref("Problem")]},
            "summary": "The acknowledgement of command; a problem has ok false.",
        },
        "events": _message("Frame", "What happened, as far as the room may hear."),
    }
    channel = {"$ref": "#/channels/hall"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Novbe", "version": VERSION, "description": "The hall over Socket.IO."},
        "defaultContentType": "application/json",
        "channels": {
            "hall": {
                "address": "/socket.io/",
                "description": "Socket.IO's default namespace; auth {token} or the session cookie.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "join": _exchange("join", "joined", channel),
            "command": _exchange("command", "answer", channel),
            "events": {"action": "send", "channel": channel, "messages": [_in_channel("events")]},
        },
        "components": {"messages": messages, "schemas": _schemas()},
        "x-rooms": HEARS,
    }


def refusal_table() -> dict[str, dict[str, Any]]:
    """Give every refusal by its code: its HTTP status and its English sentence."""
    return {kind.code: {"status": kind.status, "sentence": kind.sentence} for kind in sorted_refusals()}


def sorted_refusals() -> list[type[Refusal]]:
    """Give every refusal that can be met, by code; of two with the same code the general one."""
    found: dict[str, type[Refusal]] = {}
    for kind in every():
        found.setdefault(kind.code, kind)
    return [found[code] for code in sorted(found)]


def _schemas() -> dict[str, Any]:
    _, components = msgspec.json.schema_components(_TYPES, ref_template=REF)
    problem = components["Problem"]["properties"]
    problem["code"] = {"type": "string", "enum": sorted(refusal_table())}
    components["Problem"]["x-refusals"] = refusal_table()
    return components


def _operation(call: Call) -> dict[str, Any]:
    """Describe one call; whatever goes wrong is a problem document."""
    operation: dict[str, Any] = {
        "summary": call.summary,
        "description": f"For {call.who}.",
        "parameters": [_parameter(name, call) for name in (*call.in_path, *call.in_query)],
        "responses": {**_done(call), "default": _problem_response()},
        "security": [] if call.who == "anyone" else [{"token": []}, {"session": []}],
    }
    if call.takes or call.may_take:
        schema = {
            "type": "object",
            "required": list(call.takes),
            "properties": {name: FIELDS.get(name, TEXT) for name in (*call.takes, *call.may_take)},
        }
        content = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": bool(call.takes), "content": content}
    return operation


def _done(call: Call) -> dict[str, Any]:
    """Describe the answer where all went well; some calls have nothing to say."""
    if not call.answer:
        return {"204": {"description": "Done."}}
    schema = _ref(call.answer) if call.answer in _NAMED else {"type": call.answer}
    content = {call.content_type: {"schema": schema}, **{form: {"schema": TEXT} for form in call.also}}
    return {"200": {"description": "Done.", "content": content}}


TEXT = {"type": "string"}
FIELDS = {
    "speed": {"type": "integer", "enum": [1, 10, 60]},
    "slot": {"type": "integer"},
    "quantity": {"type": "integer"},
}
"""The fields of bodies that are no text."""


def _parameter(name: str, call: Call) -> dict[str, Any]:
    kind = "integer" if name in {"since", "limit"} else "string"
    place = "path" if name in call.in_path else "query"
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": kind}}


def _commands_operation() -> dict[str, Any]:
    """Describe the one call that changes the hall."""
    one = {"anyOf": _refs(COMMANDS), "discriminator": {"propertyName": "type"}}
    many = {"type": "array", "items": one, "maxItems": 200}
    answers = {"type": "array", "items": {"anyOf": [_ref("Answer"), _ref("Problem")]}}
    return {
        "summary": "Have a command decided, or up to 200 in order and in one commit.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"anyOf": [one, many]}}},
        },
        "responses": {
            "200": {
                "description": "Done; to an array, an array of answers, each standing alone.",
                "content": {"application/json": {"schema": {"anyOf": [_ref("Answer"), answers]}}},
            },
            "default": _problem_response(),
        },
        "security": [{"token": []}, {"session": []}],
    }


def _problem_response() -> dict[str, Any]:
    return {"description": "Not done.", "content": {problems.CONTENT_TYPE: {"schema": _ref("Problem")}}}


def _message(schema: str, summary: str) -> dict[str, Any]:
    return {"payload": _ref(schema), "summary": summary}


def _exchange(asked: str, answered: str, channel: dict[str, str]) -> dict[str, Any]:
    """Describe what a client emits and how it is acknowledged."""
    reply = {"channel": channel, "messages": [_in_channel(answered)]}
    return {"action": "receive", "channel": channel, "messages": [_in_channel(asked)], "reply": reply}


def _in_channel(message: str) -> dict[str, str]:
    return {"$ref": f"#/channels/hall/messages/{message}"}


def _refs(kinds: dict[str, Any]) -> list[dict[str, str]]:
    return [_ref(kind.__name__) for kind in kinds.values()]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(name=name)}
