"""Operators sign in and out: for a cookie that scripts cannot read and other sites cannot send."""

from typing import Any

import msgspec
from flask import Response, after_this_request, request

from server.access import Access
from server.askers import Asker, session_cookie
from server.bodies import said
from server.origin import check_origin, is_secure, require_origin
from server.problems import WrongPassword
from server.register import COOKIE, SESSION_HOURS, Operator, Register
from server.tries import Tries, asking_address

TRIES_OF_A_NAME = "10 per minute"
TRIES_OF_AN_ADDRESS = "60 per minute"


class Said(msgspec.Struct):
    """What a person says to sign in."""

    name: str
    password: str


class Sessions:
    """The calls about the session; the cookie holds a random secret, and the register knows its digest."""

    def __init__(self, access: Access, tries: Tries) -> None:
        """Keep the sessions in the register, and count the tries."""
        self._access = access
        by_name = tries.of_a(lambda: f"{asking_address()} {said(Said).name}", TRIES_OF_A_NAME)
        self.sign_in = tries.of_an_address(TRIES_OF_AN_ADDRESS)(by_name(self._sign_in))

    def _sign_in(self) -> dict[str, Any]:
        check_origin(request.environ)
        asked = said(Said)
        operator = self._access.login(asked.name, asked.password)
        if operator is None:
            raise WrongPassword
        self._begin(operator)
        return {"id": operator.id, "name": operator.name, "role": operator.role}

    def enter(self, code: str) -> str:
        """Sign in whoever follows a link, once; gives the page it leads to. Raises LinkGone."""
        operator, path = self._access.take_link(code)
        self._begin(operator)
        return path

    def sign_out(self) -> tuple[str, int]:
        """End the session, and with it the sockets that it opened."""
        secret = session_cookie(request.environ)
        if secret:
            require_origin(request.environ)
            self._access.change(Register.end_session, secret)
            _give_cookie("", 0)
        return "", 204

    def _begin(self, operator: Operator) -> None:
        """Begin a session of a new secret; the one that this browser had ends."""
        before = session_cookie(request.environ)
        _give_cookie(self._access.change(Register.begin_session, operator, before), SESSION_HOURS * 3600)


def who_is(asker: Asker) -> dict[str, Any]:
    """Tell who asks, a person or a device."""
    return {"id": asker.id, "name": asker.name, "role": asker.role}


def _give_cookie(secret: str, seconds: int) -> None:
    """Have the browser keep a secret for so long; 0: forget it."""
    is_over_tls = is_secure(request.environ)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            COOKIE, secret, max_age=seconds, httponly=True, samesite="Strict", secure=is_over_tls
        )
        return response
