"""``POST /api/v1/commands`` as a WSGI function of its own before Flask, which would cost 0.3 ms a command."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import structlog

from protocol import wire
from protocol.commands import COMMANDS, AnyCommand, snake
from protocol.events import Actor
from server.askers import Asker, Askers
from server.calls import COMMANDING, COMMANDS_PATH
from server.domain.refusals import DeskTaken, Malformed, Refusal
from server.domain.rights import NOBODY
from server.engine import Answer, Engine
from server.problems import (
    InternalError,
    MethodNotAllowed,
    TooLarge,
    WrongOrigin,
    document,
    from_wire,
    response,
)

BODY_BYTES = 262_144
MOST_COMMANDS = 200

_log = structlog.get_logger(__name__)


class CommandRoute:
    """A WSGI middleware that answers commands and hands on everything else."""

    def __init__(self, application: Any, engine: Engine, askers: Askers) -> None:
        """Stand before an application."""
        self._application = application
        self._engine = engine
        self._askers = askers

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != COMMANDS_PATH:
            return self._application(environ, start_response)  # type: ignore[no-any-return]
        try:
            status, headers, body = self._answer(environ)
        except Exception as error:  # noqa: BLE001 - the asker gets an answer, the log the fault
            refusal = error if isinstance(error, Refusal) else fault()
            if isinstance(refusal, WrongOrigin):
                self._askers.audit.refused("", NOBODY, f"POST {COMMANDS_PATH}", refusal)
            language = self._askers.language(environ.get("HTTP_ACCEPT_LANGUAGE"))
            status, headers, body = response(refusal, language)
            if isinstance(refusal, MethodNotAllowed):
                headers.append(("Allow", "POST"))
        start_response(status, headers)
        # A body after HEAD would be read as the start of the next answer.
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            raise MethodNotAllowed(method=environ["REQUEST_METHOD"])
        asker = self._askers.of_request(environ)
        asker.require(COMMANDING)
        body = read_body(environ)
        if body.lstrip()[:1] == b"[":
            found: Any = self._many(body, asker)
        else:
            found = answer(self._engine, self._askers, asker, body)
        text = wire.encode(found)
        return "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))], text

    def _many(self, body: bytes, asker: Asker) -> list[dict[str, Any]]:
        """Decide an array in order and in one commit; each item stands alone."""
        try:
            items = wire.plain(body)
        except wire.Malformed as malformed:
            raise from_wire(malformed) from malformed
        if len(items) > MOST_COMMANDS:
            raise Malformed(path="$", error=f"More than {MOST_COMMANDS} commands.")
        asked = [self._read(item, asker) for item in items]
        decided = self._submit([each for each in asked if not isinstance(each, Refusal)])
        answers = [each if isinstance(each, Refusal) else next(decided) for each in asked]
        for item, each in zip(items, answers, strict=True):
            if isinstance(each, Refusal):
                audit(self._askers, asker, item, each)
        return [refused(each, asker) if isinstance(each, Refusal) else accepted(each) for each in answers]

    def _read(self, item: Any, asker: Asker) -> tuple[AnyCommand, Actor] | Refusal:
        try:
            return self._askers.acting(asker, read(item))
        except Refusal as refusal:
            return refusal

    def _submit(self, asked: Sequence[tuple[AnyCommand, Actor]]) -> Iterator[Answer | Refusal]:
        # One commit; more only where a desk's token reports its device between its operator's commands.
        for actor, group in groupby(asked, key=itemgetter(1)):
            yield from self._engine.submit_many([command for command, _ in group], actor)


def answer(engine: Engine, askers: Askers, asker: Asker, said: Any) -> dict[str, Any]:
    """Have one command decided, given as JSON or as plain data; raises Refusal."""
    command = read(said)
    try:
        command, actor = askers.acting(asker, command)
        return accepted(engine.submit(command, actor))
    except DeskTaken as taken:
        raise (askers.by_name(taken) if actor.kind == "operator" else taken) from taken
    except Refusal as refusal:
        askers.audit.refused(asker.id, asker.role, snake(type(command).__name__), refusal)
        raise


def audit(askers: Askers, asker: Asker, item: Any, refusal: Refusal) -> None:
    """Take down that a command of an array was refused for want of a right."""
    kind = item.get("type") if isinstance(item, dict) else None
    asked = kind if kind in COMMANDS else "command"
    askers.audit.refused(asker.id, asker.role, asked, refusal)


def read(said: Any) -> AnyCommand:
    """Read one command from JSON or from plain data; raises Malformed or UnknownCommand."""
    try:
        return wire.decode_command(said) if isinstance(said, bytes) else wire.read_command(said)
    except wire.Malformed as malformed:
        raise from_wire(malformed) from malformed


def accepted(decided: Answer) -> dict[str, Any]:
    """Give the answer to a command that was done."""
    return {"ok": True, "seq": decided.seq, "events": decided.events}


def refused(refusal: Refusal, asker: Asker) -> dict[str, Any]:
    """Give the answer to a command that was not done, as over Socket.IO: the problem, and ``ok`` false."""
    return {**document(refusal, asker.language), "ok": False}


def guarded(action: Any, asker: Asker) -> dict[str, Any]:
    """Give what the action answers, or the refusal it raised; a fault of ours is logged, and named."""
    try:
        return dict(action())
    except Refusal as refusal:
        return refused(refusal, asker)
    except Exception:  # noqa: BLE001 - whoever asked gets an answer, whatever broke
        return refused(fault(), asker)


def fault() -> InternalError:
    """Log the exception that is being handled, and give what is told of it."""
    _log.exception("command_failed")
    return InternalError()


def read_body(environ: dict[str, Any]) -> bytes:
    """Read a request's body; raises TooLarge before more than the limit was taken in, or Malformed."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > BODY_BYTES:
        raise TooLarge(limit=BODY_BYTES)
    try:
        body: bytes = environ["wsgi.input"].read(BODY_BYTES + 1)
    except OSError as error:
        raise Malformed(path="$", error="The body did not come whole.") from error
    if len(body) > BODY_BYTES:
        raise TooLarge(limit=BODY_BYTES)
    return body
