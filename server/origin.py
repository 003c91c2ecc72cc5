"""Where a request comes from: the hall's own page or another site's, over TLS or not, which address.

A proxy on this machine is believed what it says of the request; nobody else's word is taken for it.
"""

from typing import Any

from server.problems import WrongOrigin

LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})

Environ = dict[str, Any]
"""A request as WSGI gives it."""


def check_origin(environ: Environ) -> None:
    """Raise WrongOrigin when a browser says that another site's page asks."""
    origin = environ.get("HTTP_ORIGIN")
    if origin and not _is_own(environ, origin):
        raise WrongOrigin


def require_origin(environ: Environ) -> None:
    """Raise WrongOrigin unless a browser says that the hall's own page asks: no word of it is not enough.

    For what a cookie alone would permit. Browsers say the origin of each request that changes something, and
    of each websocket.
    """
    check_origin(environ)
    if "HTTP_ORIGIN" not in environ and environ.get("HTTP_SEC_FETCH_SITE") != "same-origin":
        raise WrongOrigin


def is_secure(environ: Environ) -> bool:
    """Tell whether the request came over TLS, to this server or to the proxy before it."""
    return str(_forwarded(environ, "PROTO") or environ.get("wsgi.url_scheme")) == "https"


def address(environ: Environ) -> str:
    """Give the address that the request came from; behind a proxy on this machine, what that says of it."""
    peer = str(environ.get("REMOTE_ADDR") or "")
    said = str(environ.get("HTTP_X_FORWARDED_FOR") or "").rpartition(",")[2].strip()
    return said if said and peer in LOOPBACK else peer


def is_local(environ: Environ) -> bool:
    """Tell whether this machine asks, and no proxy on it for somebody else."""
    return environ.get("REMOTE_ADDR") in LOOPBACK and "HTTP_X_FORWARDED_FOR" not in environ


def forwarded_host(environ: Environ) -> str:
    """Give the host that the browser asked for, before any proxy."""
    return str(_forwarded(environ, "HOST") or environ.get("HTTP_HOST") or "")


def _is_own(environ: Environ, origin: str) -> bool:
    scheme, _, host = origin.partition("://")
    # No page can make a browser say that another host was asked for, so anybody may say this.
    own = {environ.get("HTTP_HOST"), _forwarded(environ, "HOST")} - {None, ""}
    return host in own and (scheme == "https" or not is_secure(environ))


def _forwarded(environ: Environ, what: str) -> str:
    return str(environ.get(f"HTTP_X_FORWARDED_{what}") or "").partition(",")[0].strip()
