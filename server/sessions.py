"""Operators sign in and out: for a cookie that scripts cannot read and other sites cannot send."""

from datetime import timedelta
from typing import Any

import msgspec
from flask import Flask, request, session

from server.access import Access
from server.askers import Asker, check_origin
from server.bodies import said
from server.domain.refusals import NotSignedIn
from server.problems import WrongPassword
from server.register import Operator
from server.tries import Tries, address

SESSION_HOURS = 12
TRIES_OF_A_NAME = "10 per minute"
TRIES_OF_AN_ADDRESS = "60 per minute"


class Said(msgspec.Struct):
    """What a person says to sign in."""

    name: str
    password: str


class Sessions:
    """The calls about the session; the cookie holds an operator's id and the serial of their password."""

    def __init__(self, app: Flask, access: Access, tries: Tries) -> None:
        """Sign the cookie with the hall's own secret, and count the tries."""
        self._access = access
        app.secret_key = access.session_secret
        app.permanent_session_lifetime = timedelta(hours=SESSION_HOURS)
        app.config.update(
            SESSION_COOKIE_NAME="novbe", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict"
        )
        by_name = tries.of_a(lambda: f"{address()} {said(Said).name}", TRIES_OF_A_NAME)
        self.sign_in = tries.of_an_address(TRIES_OF_AN_ADDRESS)(by_name(self._sign_in))

    def _sign_in(self) -> dict[str, Any]:
        check_origin(request.environ)
        asked = said(Said)
        operator = self._access.login(asked.name, asked.password)
        if operator is None:
            raise WrongPassword
        _begin(operator)
        return {"id": operator.id, "name": operator.name, "role": operator.role}

    def enter(self, code: str) -> str:
        """Sign in whoever follows a link, once; gives the page it leads to. Raises LinkGone."""
        operator, path = self._access.take_link(code)
        _begin(operator)
        return path

    def sign_out(self) -> tuple[str, int]:
        """Forget who was signed in."""
        check_origin(request.environ)
        session.clear()
        return "", 204


def who_is(asker: Asker) -> dict[str, Any]:
    """Tell who asks, a person or a device; raises NotSignedIn for a stranger and for a visit."""
    if asker.actor is None or asker.actor.kind == "visitor":
        raise NotSignedIn
    return {"id": asker.actor.id, "name": asker.name, "role": asker.role}


def _begin(operator: Operator) -> None:
    """Make the cookie of a session."""
    session.clear()
    session.permanent = True
    session.update(operator=operator.id, serial=operator.serial)
