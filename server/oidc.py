"""People sign in through the ministry's own directory (OpenID Connect), where the command line set one up."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Response, after_this_request, request
from werkzeug.http import parse_cookie

from protocol.words import MINUTE, Micros
from server.access import Access
from server.clock import WallClock
from server.directory import Directory, directory, sign_in
from server.origin import forwarded_host, is_secure
from server.passwords import digest
from server.problems import NotFound
from server.refusals import DirectoryFailed, NoRoleHere
from server.sessions import Sessions
from server.threads import Threads
from server.tries import Tries

COOKIE = "novbe_oidc"
BACK = "/oidc/back"
PENDING: Micros = 10 * MINUTE
MOST_PENDING = 1000
OF_AN_ADDRESS = "60 per minute"
_PAGE = re.compile(r"/([A-Za-z0-9][A-Za-z0-9/_-]*)?")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pending:
    """A browser that was sent to the directory: what it must bring back, and where it is led then."""

    secrets: dict[str, str]
    redirect: str
    to: str
    browser: str
    until: Micros


class Oidc:
    """Sends browsers to the directory, and takes them back."""

    def __init__(self, access: Access, sessions: Sessions, tries: Tries) -> None:
        """Let people in through ``sessions``; what asks the provider waits in threads of its own."""
        self._access, self._sessions, self._threads = access, sessions, Threads(2)
        self._pending: dict[str, Pending] = {}
        self.begin = tries.of_an_address(OF_AN_ADDRESS)(self._begin)

    def told(self) -> dict[str, bool]:
        """Tell whether there is a directory to sign in through."""
        return {"on": self._access.ask(directory) is not None}

    def _begin(self) -> str:
        """Give the directory's address for this browser; raises NotFound or DirectoryFailed."""
        kept, to = self._kept(), request.args.get("to", "/")
        from server import openid  # noqa: PLC0415 - an extra, needed by halls that have a directory

        said = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "code_verifier")}
        browser, now = secrets.token_urlsafe(32), WallClock().now()
        pending = Pending(
            said, _address(), to if _PAGE.fullmatch(to) else "/", digest(browser), now + PENDING
        )
        url = str(self._asked(kept, lambda told: openid.way_in(told, kept, pending.redirect, said)))
        self._pending = {state: one for state, one in self._pending.items() if one.until > now}
        if len(self._pending) >= MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[said["state"]] = pending
        _give_cookie(browser, PENDING // 1_000_000)
        return url

    def back(self) -> str:
        """Sign in whom the directory vouches for; gives the page they wanted.

        Raises NotFound, DirectoryFailed or NoRoleHere.
        """
        kept = self._kept()
        from server import openid  # noqa: PLC0415 - as above

        pending = self._pending.pop(request.args.get("state", ""), None)
        browser = parse_cookie(request.environ).get(COOKIE, "")
        # Another's way in, put into this browser by a page of another site, would sign it in as them.
        if pending is None or pending.until < WallClock().now() or pending.browser != digest(browser):
            raise DirectoryFailed(why="state")
        code = request.args.get("code", "")
        claims = self._asked(
            kept, lambda told: openid.proved(told, kept, pending.redirect, pending.secrets, code)
        )
        self._let_in(kept, claims)
        _give_cookie("", 0)
        return pending.to

    def _let_in(self, kept: Directory, claims: dict[str, Any]) -> None:
        role = kept.role_of(claims.get(kept.claim))
        if not role:
            raise NoRoleHere
        name = str(claims.get("preferred_username") or claims.get("name") or claims["sub"])[:60].strip()
        subject = f"{kept.issuer} {claims['sub']}"
        operator = self._access.operator(self._access.change(sign_in, subject, name or "?", role) or "")
        if operator is None:
            raise NoRoleHere
        self._sessions.begin(operator)

    def _asked(self, kept: Directory, ask: Any) -> Any:
        """Ask the provider, which says first what it is; a failure is told to the log, without secrets."""
        from server import openid  # noqa: PLC0415 - as above

        try:
            return self._threads.run(lambda: ask(openid.facts(kept)))
        except DirectoryFailed as failed:
            _log.warning("directory_failed", issuer=kept.issuer, why=failed.members["why"])
            raise

    def _kept(self) -> Directory:
        kept = self._access.ask(directory)
        if kept is None:
            raise NotFound(path=request.path)
        return kept


def _address() -> str:
    """Give this hall's own address for the way back, as the browser asked for it."""
    scheme = "https" if is_secure(request.environ) else "http"
    return f"{scheme}://{forwarded_host(request.environ)}{BACK}"


def _give_cookie(secret: str, seconds: int) -> None:
    """Have the browser keep a secret on its way; Lax, since it comes back from another site."""
    is_over_tls = is_secure(request.environ)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=seconds,
            path="/oidc",
            httponly=True,
            samesite="Lax",
            secure=is_over_tls,
        )
        return response
