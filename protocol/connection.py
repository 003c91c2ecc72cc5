"""One Socket.IO connection as the link needs it: heard in order, and left without waiting."""

from typing import Any

import engineio  # type: ignore[import-untyped]
import socketio  # type: ignore[import-untyped]


class ConnectionLost(Exception):  # noqa: N818 - it is a state of affairs, not a fault
    """The connection is over, or was refused; the text says why, ``code`` is the refusal's."""

    def __init__(self, why: str, code: str = "") -> None:
        """Keep the reason."""
        super().__init__(why)
        self.code = code


class _InOrder(engineio.Client):  # type: ignore[misc]
    """The library hands each message to a thread of its own, which may overtake another: here none does."""

    def _trigger_event(self, event: str, *args: Any, **how: Any) -> Any:
        return super()._trigger_event(event, *args, **{**how, "run_async": False})

    def disconnect(self, abort: bool = True, reason: str | None = None) -> None:  # noqa: FBT001, FBT002, ARG002 - the library's signature
        """Say goodbye without waiting for the other side's, which may never come."""
        if self.ws:
            self.ws.close(timeout=0)
        super().disconnect(abort=True, reason=reason)


class Connection(socketio.Client):  # type: ignore[misc]
    """A Socket.IO client that hears in the order in which the server spoke."""

    def _engineio_client_class(self) -> type:
        return _InOrder

    def open(self, server: str, token: str, seconds: float) -> None:
        """Connect with a device's token, or with none; raises ConnectionLost."""
        refusals: list[Any] = []
        self.on("connect_error", refusals.append)
        auth = {"token": token} if token else None
        try:
            self.connect(server, auth=auth, transports=["websocket"], wait_timeout=seconds)
        except socketio.exceptions.ConnectionError as error:
            refusal = refusals[0] if refusals and isinstance(refusals[0], dict) else {}
            problem = refusal.get("data")
            code = problem.get("code", "") if isinstance(problem, dict) else ""
            raise ConnectionLost(f"{server}: {refusal.get('message') or error}", code) from error
