"""What the server tells about itself: Prometheus metrics, and a heartbeat that notices a blocked hub."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import gevent  # type: ignore[import-untyped]
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server.domain import views
from server.engine import Engine

HEARTBEAT_SECONDS = 0.25
LAG_ALARM_SECONDS = 0.1
ROOM_KINDS = ("board", "desk", "kiosk", "visit", "all")
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_MANY = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

_log = structlog.get_logger(__name__)


class Heartbeat:
    """Turns with the hub, and notices when something held it; ``last`` is the time of the last turn."""

    def __init__(self, lag_seconds: Histogram) -> None:
        """Measure into a histogram."""
        self.last = time.monotonic()
        self._lag_seconds = lag_seconds

    def run(self) -> None:
        """Beat for ever."""
        while True:
            gevent.sleep(HEARTBEAT_SECONDS)
            now = time.monotonic()
            lag = max(0.0, now - self.last - HEARTBEAT_SECONDS)
            self.last = now
            self._lag_seconds.observe(lag)
            if lag > LAG_ALARM_SECONDS:
                _log.warning("hub_blocked", lag_seconds=round(lag, 3))


class Metrics:
    """The server's metrics, in a registry of their own."""

    def __init__(self, engine: Engine) -> None:
        """Watch an engine."""
        self._engine = engine
        self.registry = CollectorRegistry()
        self.commit_seconds = self._histogram(
            "commit_seconds", "Time to bring a batch of events to the disk."
        )
        self.emit_seconds = self._histogram("emit_seconds", "Time to queue a frame for everyone in a room.")
        self.batch_events = self._histogram("batch_events", "Events of one commit.", _MANY)
        self.dropped = self._counter("clients_dropped", "Clients dropped because they read nothing.")
        self._waiting = self._gauge("waiting_tickets", "Tickets waiting, by queue.", ["queue"])
        self._clients = self._gauge("clients", "Socket.IO clients, by kind of room.", ["room"])
        self.heartbeat = Heartbeat(
            self._histogram("hub_lag_seconds", "How late the heartbeat of the hub came.")
        )
        engine.observe(self._committed)
        self._watch("seq", "The log's last seq.", lambda: engine.seq)
        self._watch("read_only", "1 while the disk takes no writes.", lambda: int(engine.is_read_only))
        self._watch(
            "waiting_commands", "Commands waiting for the next batch.", lambda: engine.waiting_commands
        )

    def watch_sockets(self, sockets: Any) -> None:
        """Count connections and what waits for the slowest of them."""
        for kind in ROOM_KINDS:
            self._clients.labels(kind).set_function(partial(sockets.count, kind))
        self._watch(
            "longest_queue_packets", "Packets waiting for the slowest client.", sockets.wires.longest_queue
        )
        self._watch("websockets", "Open websockets.", lambda: len(sockets.wires))

    def watch_standby(self, standbys: Any) -> None:
        """Tell whether what is acknowledged stands on two disks."""
        self._watch(
            "degraded",
            "1 while a standby is expected and does not keep up.",
            lambda: int(standbys.state == "degraded"),
        )

    def text(self) -> bytes:
        """Give the metrics in Prometheus' text format."""
        for queue, waiting in views.counts(self._engine.published).items():
            self._waiting.labels(queue).set(waiting)
        return generate_latest(self.registry)

    def _committed(self, events: int, seconds: float) -> None:
        self.commit_seconds.observe(seconds)
        self.batch_events.observe(events)

    def _histogram(self, name: str, help_text: str, buckets: Sequence[float] = _FAST) -> Histogram:
        return Histogram(f"novbe_{name}", help_text, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, help_text: str) -> Counter:
        return Counter(f"novbe_{name}", help_text, registry=self.registry)

    def _gauge(self, name: str, help_text: str, labels: list[str]) -> Gauge:
        return Gauge(f"novbe_{name}", help_text, labels, registry=self.registry)

    def _watch(self, name: str, help_text: str, value: Any) -> None:
        self._gauge(name, help_text, []).set_function(value)
