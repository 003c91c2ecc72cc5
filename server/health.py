"""Whether the server lives, whether it can take commands, and its metrics for those who may see them."""

import shutil
import time
from pathlib import Path
from typing import Any

from flask import Response, request

from server.askers import Asker
from server.domain.refusals import NotAllowed
from server.engine import Engine
from server.metrics import Metrics
from server.origin import is_local
from server.standbys import Standbys
from server.watchman import Watchman

LEAST_DISK_BYTES = 50_000_000


class Health:
    """The calls of whoever watches over the server."""

    def __init__(
        self, engine: Engine, metrics: Metrics, folder: Path, standbys: Standbys, watchman: Watchman
    ) -> None:
        """Watch an engine, the disk under its folder, and its standby."""
        self._standbys, self._watchman = standbys, watchman
        self._engine = engine
        self._metrics = metrics
        self._folder = folder

    def healthz(self) -> dict[str, Any]:
        """Say that the hub turns: had it not, nobody would have answered."""
        return {"ok": True, "last_beat_seconds": round(time.monotonic() - self._metrics.heartbeat.last, 3)}

    def readyz(self) -> tuple[dict[str, Any], int]:
        """Say whether commands can be taken; 503 when not."""
        free = self._engine.threads.run(shutil.disk_usage, self._folder).free
        aside = self._engine.aside
        is_ready = aside is None and not self._engine.is_read_only and free >= LEAST_DISK_BYTES
        facts = {
            "ready": is_ready,
            "epoch": self._engine.epoch,
            "seq": self._engine.seq,
            "runs": aside is None,
            "standby": self._standbys.state,
            "damage": self._watchman.damage or None,
            "read_only": self._engine.is_read_only,
            "last_commit_microseconds": int(self._engine.last_commit_seconds * 1_000_000),
            "disk_free_bytes": free,
        }
        return facts, 200 if is_ready else 503

    def metrics(self, asker: Asker) -> Response:
        """Give the metrics to this machine, or to whoever has a token, but to no visitor."""
        if not is_local(request.environ):
            asker.known()
            if asker.visit:
                raise NotAllowed
        return Response(self._metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
