"""The headers that every answer carries, whoever gives it: Flask, the command route, Socket.IO."""

from collections.abc import Callable, Iterable
from typing import Any

from server.origin import Environ, is_secure

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
)
"""Those that stand where an answer says nothing else: a page has a policy of its own, a file may be kept."""

SECURE = ("Strict-Transport-Security", "max-age=31536000")
"""What a browser that came over TLS is told: to come over nothing else for a year."""

Application = Callable[[Environ, Any], Iterable[bytes]]


def with_headers(application: Application) -> Application:
    """Wrap a WSGI application so that each of its answers has the headers of safety."""

    def serve(environ: Environ, start_response: Any) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *more: Any) -> Any:
            said = {name.lower() for name, _ in given}
            missing = [each for each in HEADERS if each[0].lower() not in said]
            return start_response(
                status, [*given, *missing, *([SECURE] if is_secure(environ) else [])], *more
            )

        return application(environ, start)

    return serve
