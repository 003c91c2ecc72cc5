"""A server of a baseline as a process of its own: it says its port, and is asked what it used."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.running import ROOT, Running


@contextmanager
def serving(module: str, *words: str) -> Iterator[Running]:
    """Run ``python -m MODULE WORDS``, which prints its port first, and end it."""
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        port = int((process.stdout and process.stdout.readline()) or 0)
        try:
            yield Running(port, process.pid, "", "")
        finally:
            process.terminate()
            process.wait(20)


def serve_for_ever(application: Callable[..., object]) -> None:
    """Serve a WSGI application as the hall's server does: gevent, one process, no delay of small packets."""
    from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]  # noqa: PLC0415 - for servers alone

    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    from gevent.socket import socket as GeventSocket  # type: ignore[import-untyped]  # noqa: N812, PLC0415 - as above

    ours = GeventSocket(fileno=listener.detach())
    print(ours.getsockname()[1], flush=True)
    WSGIServer(ours, application, log=None).serve_forever()
