"""How long the hall waits for its standby: for an answer that comes in time, and for no other."""

import gevent  # type: ignore[import-untyped]
import pytest

from server import replication
from server.replication import Replication


@pytest.fixture
def followed() -> Replication:
    """Give a log of ten events that a standby has."""
    made = Replication(10)
    made.hear(10)
    return made


def test_a_commit_is_published_when_the_standby_has_it(
    followed: Replication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before: neither its question for more, nor its word about an earlier event, is enough."""
    monkeypatch.setattr(replication, "WAIT_SECONDS", 60.0)
    asking = gevent.spawn(followed.more, 10)
    guarding = gevent.spawn(followed.guard, 12)
    gevent.sleep(0)
    assert asking.get(timeout=10) is None, "whoever asked for more is told at once"
    followed.hear(11)
    gevent.sleep(0.01)
    assert not guarding.ready()
    followed.hear(12)
    guarding.get(timeout=10)
    assert followed.look()


def test_nobody_waits_longer_than_a_moment(followed: Replication, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first commit waits in vain; those after it do not wait at all, until the standby has caught up."""
    followed.guard(11)
    assert not followed.look()
    monkeypatch.setattr(replication, "WAIT_SECONDS", 60.0)
    with gevent.Timeout(10):
        followed.guard(12)
    followed.hear(12)
    assert not followed.look(), "not at once: who was too slow is not waited for again in the same moment"
    monkeypatch.setattr(replication, "REST_SECONDS", 0.0)
    followed.hear(12)
    assert followed.look()


def test_who_is_far_behind_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A standby that begins with an empty folder catches up first."""
    made = Replication(5000)
    made.hear(0)
    assert not made.look()
    made.hear(5000 - replication.CLOSE)
    assert made.look()
    monkeypatch.setattr(replication, "SILENT_SECONDS", -1.0)
    assert not made.look(), "who is silent is away"


def test_a_stop_leaves_nobody_waiting(followed: Replication, monkeypatch: pytest.MonkeyPatch) -> None:
    """A standby's open question ends with the server, and no new one is left open."""
    monkeypatch.setattr(replication, "POLL_SECONDS", 60.0)
    asking = gevent.spawn(followed.more, 10)
    gevent.sleep(0)
    followed.stop()
    asking.get(timeout=10)
    with gevent.Timeout(10):
        followed.more(10)
