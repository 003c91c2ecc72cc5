"""How a refusal looks to who asked: an RFC 9457 problem document, its sentence in the asker's language."""

from functools import cache
from http import HTTPStatus
from typing import Any

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from protocol import wire
from server.domain.refusals import Forbidden, Malformed, Refusal, UnknownCommand
from ui.language import N_, config_folder, texts

CONTENT_TYPE = "application/problem+json"


class UnknownToken(Refusal):
    """The token is of no device and of no visit, or no longer."""

    code = "unknown_token"
    status = 401
    sentence = N_("This token is not known here: ask the technician for a new one.")


class WrongPassword(Refusal):
    """Nobody has this name and this password; which of the two is wrong is not told."""

    code = "wrong_password"
    status = 401
    sentence = N_("Name or password is wrong: try again.")


class WrongOrigin(Forbidden):
    """A page of another site asks with this person's cookie."""

    code = "wrong_origin"
    sentence = N_("This request came from another site: open the hall's own page.")


class NotFound(Refusal):
    """Nothing is here."""

    code = "not_found"
    status = 404
    sentence = N_("There is nothing at {path}: check the address.")


class MethodNotAllowed(Refusal):
    """Something is here, but it cannot be asked like this."""

    code = "method_not_allowed"
    status = 405
    sentence = N_("{method} is not possible here: see the list of calls.")


class TooLarge(Refusal):
    """The body is longer than any command needs."""

    code = "too_large"
    status = 413
    sentence = N_("This is more than {limit} bytes: send less at once.")


class TooManyRequests(Refusal):
    """Somebody tries passwords, or asks for codes without end."""

    code = "too_many_requests"
    status = 429
    retry_after_seconds = 60
    sentence = N_("Too many tries: wait a minute.")


class InternalError(Refusal):
    """A fault of the server; its log says which."""

    code = "internal_error"
    status = 500
    sentence = N_("The server made a mistake: tell the technician.")


def document(refusal: Refusal, language: str) -> dict[str, Any]:
    """Give the problem document: the refusal's members, and the standard ones, which win."""
    members = {name.rstrip("_"): value for name, value in refusal.members.items()}
    retry_after = retry_seconds(refusal)
    if retry_after:
        members["retry_after"] = retry_after
    return {
        **members,
        "type": f"/problems/{refusal.code}",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": refusal.status,
        "code": refusal.code,
        "detail": texts(language).gettext(refusal.sentence).format(**refusal.members),
    }


def response(refusal: Refusal, language: str) -> tuple[str, list[tuple[str, str]], bytes]:
    """Give status line, headers and body of a refusal over HTTP."""
    body = wire.encode(document(refusal, language))
    headers = [
        ("Content-Type", CONTENT_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    retry_after = retry_seconds(refusal)
    if retry_after:
        headers.append(("Retry-After", str(retry_after)))
    return status_line(refusal.status), headers, body


def status_line(status: int) -> str:
    """Give ``409 Conflict`` for 409."""
    return f"{status} {HTTPStatus(status).phrase}"


def retry_seconds(refusal: Refusal) -> int:
    """Give after how many seconds the asker may try again; 0 when trying again is no remedy."""
    return int(getattr(refusal, "retry_after_seconds", 0)) or (
        1 if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE else 0
    )


def from_wire(malformed: wire.Malformed) -> Malformed:
    """Turn what the codec found into a refusal with the path; ``error`` is the codec's own words."""
    if malformed.code == UnknownCommand.code:
        return UnknownCommand(type=malformed.kind, path=malformed.path)
    return Malformed(path=malformed.path, error=str(malformed))


@cache
def catalogues() -> list[str]:
    """Give the languages that the programs speak, English first: those with a catalogue."""
    found = sorted(path.parent.name for path in (config_folder() / "locales").glob("*/LC_MESSAGES"))
    return ["en", *(name for name in found if name != "en")]


def asked_language(accept_language: str | None, main: str) -> str:
    """Choose the language of a sentence by an ``Accept-Language`` header, else the hall's main one."""
    if not accept_language:
        return main
    wanted = parse_accept_header(accept_language, LanguageAccept)
    return wanted.best_match(catalogues()) or main
