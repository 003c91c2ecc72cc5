"""Operators sign in and out: for a cookie that scripts cannot read and other sites cannot send.

Who tries passwords must wait, longer each time: by the name and where they come from, and by where they come
from whatever the names. A browser in which that person has signed in before has an account of its own, so
that nobody can lock a colleague out by being wrong in their name.
"""

import secrets
import sqlite3
from typing import Any

import msgspec
from flask import Response, after_this_request, request
from werkzeug.http import parse_cookie

from server.access import Access
from server.askers import Asker, session_cookie
from server.bodies import said
from server.delays import Delays, Growth
from server.domain.refusals import ReadOnly
from server.engine import Engine
from server.logins import (
    BROWSER_COOKIE,
    BROWSER_DAYS,
    COOKIE,
    SESSION_HOURS,
    begin_session,
    end_session,
    is_known_browser,
    know_browser,
)
from server.origin import check_origin, is_secure, require_origin
from server.passwords import digest
from server.problems import WrongPassword
from server.refusals import CodeNeeded, SecondFactorMissing, TooManyTries
from server.register import Operator
from server.second_factor import Digits, SecondFactor
from server.tries import asking_address

OF_A_NAME = Growth(free=5, first_seconds=5, longest_seconds=900)
OF_AN_ADDRESS = Growth(free=30, first_seconds=5, longest_seconds=300)
"""Colleagues may share an address: a proxy's, or their office's."""

HOUR_SECONDS = 3600


class Said(msgspec.Struct):
    """What a person says to sign in."""

    name: str
    password: str
    code: Digits | None = None


class Sessions:
    """The calls about the session; the cookie holds a random secret, and the register knows its digest."""

    def __init__(self, engine: Engine, access: Access, second_factor: SecondFactor) -> None:
        """Keep the sessions in the register, and count who is wrong, in hall time."""
        self._engine, self._access, self._second_factor = engine, access, second_factor
        self._by_name, self._by_address = Delays(OF_A_NAME), Delays(OF_AN_ADDRESS)

    def sign_in(self) -> dict[str, Any]:
        """Sign in who says the right name and password, and code where one is needed.

        Raises WrongPassword, TooManyTries, CodeNeeded, WrongCode or SecondFactorMissing.
        """
        check_origin(request.environ)
        asked = said(Said)
        accounts, at = self._accounts(asked.name), self._engine.now()
        seconds = max(delays.seconds(who, at) for delays, who in accounts)
        if seconds:
            raise TooManyTries(seconds=seconds)
        for delays, who in accounts:
            delays.count(who, at)
        operator = self._access.login(asked.name, asked.password)
        if operator is None:
            raise WrongPassword
        try:
            has_second = self._second_factor.check(operator.id, asked.code)
        except CodeNeeded:  # which is told to whoever has the password right
            _take_back(accounts)
            raise
        _take_back(accounts)
        if not has_second and operator.role in self._engine.published.hall.access.second_factor:
            raise SecondFactorMissing
        self._by_name.forgive(accounts[0][1])
        self.begin(operator)
        return {"id": operator.id, "name": operator.name, "role": operator.role}

    def enter(self, code: str) -> str:
        """Sign in whoever follows a link, once; gives the page it leads to. Raises LinkGone."""
        operator, path = self._access.take_link(code)
        self.begin(operator)
        return path

    def sign_out(self) -> tuple[str, int]:
        """End the session, and with it the sockets that it opened."""
        secret = session_cookie(request.environ)
        if secret:
            require_origin(request.environ)
            self._access.change(end_session, secret)
            _give_cookie(COOKIE, "", 0)
        return "", 204

    def _accounts(self, name: str) -> list[tuple[Delays, str]]:
        """Give where a wrong try is counted."""
        browser, told = _browser(), digest(name)
        if browser and self._access.ask(is_known_browser, browser, name):
            return [(self._by_name, f"{digest(browser)} {told}")]
        source = asking_address()
        return [(self._by_name, f"{source} {told}"), (self._by_address, source)]

    def begin(self, operator: Operator) -> None:
        """Begin a session of a new secret; the one that this browser had ends. Raises ReadOnly."""
        browser = _browser() or secrets.token_urlsafe(32)
        try:
            secret = self._access.change(begin_session, operator, session_cookie(request.environ))
            self._access.ask(know_browser, browser, operator)
        except sqlite3.Error as error:
            raise ReadOnly from error
        _give_cookie(COOKIE, secret, SESSION_HOURS * HOUR_SECONDS)
        _give_cookie(BROWSER_COOKIE, browser, BROWSER_DAYS * 24 * HOUR_SECONDS)


def who_is(asker: Asker) -> dict[str, Any]:
    """Tell who asks, a person or a device."""
    return {"id": asker.id, "name": asker.name, "role": asker.role}


def _take_back(accounts: list[tuple[Delays, str]]) -> None:
    for delays, who in accounts:
        delays.take_back(who)


def _browser() -> str:
    """Give the secret by which the browser is known again, empty when it has none."""
    try:
        return parse_cookie(request.environ).get(BROWSER_COOKIE, "")
    except UnicodeDecodeError:
        return ""


def _give_cookie(name: str, secret: str, seconds: int) -> None:
    """Have the browser keep a secret for so long; 0: forget it."""
    is_over_tls = is_secure(request.environ)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            name, secret, max_age=seconds, httponly=True, samesite="Strict", secure=is_over_tls
        )
        return response
