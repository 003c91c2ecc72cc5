"""Who asks: a device or a visit by its bearer token, an operator by the session cookie, or a stranger.

One answer for HTTP and Socket.IO, and one place that decides as whom a command is decided.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import g, request
from werkzeug.http import parse_cookie

from protocol.commands import Abandon, AnyCommand, ReportDevice, RequestHelp
from protocol.events import Actor
from server.access import Access
from server.audit import Audit
from server.domain import rights
from server.domain.refusals import DeskNotOpen, DeskTaken, NotAllowed, NotSignedIn, NotYourDesk
from server.domain.rights import NOBODY, VISITOR, Roles
from server.engine import Engine
from server.logins import COOKIE
from server.origin import require_origin
from server.problems import UnknownToken, asked_language
from server.refusals import SlipVoid, UnknownDevice

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKETS = "/socket.io"


@dataclass(frozen=True, slots=True)
class Asker:
    """Someone and their language; ``actor`` is None for a stranger.

    ``desk`` is the one a device's token is for, ``visit`` the day and number that a visit's token is for, and
    ``session`` the digest by which the session of an operator is known.
    """

    language: str
    actor: Actor | None = None
    name: str = ""
    desk: str = ""
    visit: tuple[str, str] | None = None
    session: str = ""

    @property
    def id(self) -> str:
        """Give the opaque id; empty for a stranger."""
        return self.actor.id if self.actor else ""

    @property
    def role(self) -> str:
        """Give the role; that of nobody for a stranger."""
        return self.actor.role if self.actor else NOBODY

    def known(self) -> Actor:
        """Give the actor; raises NotSignedIn for a stranger."""
        if self.actor is None:
            raise NotSignedIn
        return self.actor

    def require(self, may: Roles) -> None:
        """Raise NotSignedIn for a stranger, and NotAllowed for any other role, unless it is among those."""
        rights.require(self.role, may)


class Askers:
    """Finds out who asks."""

    def __init__(self, engine: Engine, access: Access, audit: Audit) -> None:
        """Use the hall's rights; what is refused goes to ``audit``."""
        self.audit = audit
        self._engine = engine
        self._access = access

    def language(self, accept_language: str | None) -> str:
        """Choose by an ``Accept-Language`` header, else the hall's main language."""
        return asked_language(accept_language, self._engine.published.hall.hall.languages[0])

    def now(self) -> Asker:
        """Tell who sent the request that Flask is answering; raises UnknownToken or WrongOrigin."""
        if "asker" not in g:
            g.asker = self.of_request(request.environ)
        asker: Asker = g.asker
        return asker

    def of_request(self, environ: dict[str, Any]) -> Asker:
        """Tell who sent an HTTP request; raises UnknownToken or WrongOrigin."""
        language = self.language(environ.get("HTTP_ACCEPT_LANGUAGE"))
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.of_token(token.strip(), language)
        return self.of_cookie(environ, language)

    def of_token(self, token: str, language: str) -> Asker:
        """Tell whose token it is: a visit's or a device's; raises UnknownToken or SlipVoid."""
        visit = self._engine.check_visit(token)
        if visit is not None:
            return Asker(language, Actor(kind="visitor", id=visit[1], role=VISITOR), visit=visit)
        device = self._access.device(token)
        if device is None:
            raise SlipVoid if self._engine.is_void(token) else UnknownToken
        return Asker(language, device.actor, device.name, device.desk)

    def of_cookie(self, environ: dict[str, Any], language: str) -> Asker:
        """Tell who is signed in; a stranger when nobody is, or no longer. Raises WrongOrigin.

        What changes something, and a socket, must come from the hall's own page, and say so.
        """
        session = self._access.session(session_cookie(environ))
        operator = self._access.operator(session.operator) if session else None
        if session is None or operator is None or operator.serial != session.serial:
            return Asker(language)
        if environ["REQUEST_METHOD"] not in SAFE_METHODS or environ["PATH_INFO"].startswith(SOCKETS):
            require_origin(environ)
        return Asker(language, operator.actor, operator.name, session=session.digest)

    def acting(self, asker: Asker, command: AnyCommand) -> tuple[AnyCommand, Actor]:
        """Give the command and the actor to decide it for; raises what the rules cannot know.

        A desk's token acts as the operator who has that desk open, but has the rights of a desk alone; a
        visit's token speaks for its own ticket.
        """
        actor = asker.known()
        rights.check(command, asker.role)
        self._check_printer(getattr(command, "print_at", None))
        if asker.visit:
            day, number = asker.visit
            if isinstance(command, RequestHelp) and command.ticket is None:
                return msgspec.structs.replace(command, ticket=number, day=day), actor
            if (
                not isinstance(command, Abandon | RequestHelp)
                or command.ticket != number
                or command.day not in {None, day}
            ):
                raise NotAllowed
            return msgspec.structs.replace(command, day=day), actor
        if actor.role == "desk" and not isinstance(command, ReportDevice):
            return command, self._operator_at(asker.desk, getattr(command, "desk", None))
        return command, actor

    def by_name(self, taken: DeskTaken) -> DeskTaken:
        """Tell operators the name of who has a desk; the rules know an opaque id alone."""
        operator = self._access.operator(str(taken.members.get("operator", "")))
        return type(taken)(**{**taken.members, "operator": operator.name}) if operator else taken

    def _check_printer(self, device_id: str | None) -> None:
        """Raise UnknownDevice unless a slip is to be printed at a kiosk in use, or nowhere."""
        if device_id is None:
            return
        if all(device.id != device_id or device.role != "kiosk" for device in self._access.devices):
            raise UnknownDevice(device=device_id)

    def _operator_at(self, desk: str, said_desk: str | None) -> Actor:
        if said_desk is not None and said_desk != desk:
            raise NotYourDesk(desk=said_desk)
        found = self._engine.published.desks.get(desk)
        operator = self._access.operator(found.operator) if found and found.operator else None
        if operator is None:
            raise DeskNotOpen(desk=desk)
        return operator.actor


def session_cookie(environ: dict[str, Any]) -> str:
    """Give the secret of the session that a browser keeps; empty when it keeps none."""
    try:
        return parse_cookie(environ).get(COOKIE, "")
    except UnicodeDecodeError:  # bytes that no browser keeps for us
        return ""
