"""What several test files ask for by name, and the two options about faults."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.network_hall import NetworkHall, running


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options of ``make faults``."""
    parser.addoption("--long", action="store_true", help="the long forms: hundreds of kills, minutes of load")
    parser.addoption("--faults", metavar="FILE", help="append what each fault's test saw, a JSON line each")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to ``make faults``, and say how many they are."""
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Tell whether the long form of a fault was asked for."""
    return bool(request.config.getoption("--long"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a test of a fault saw: its recorded properties, how it ended, and its seconds."""
    report = yield
    mark, path = item.get_closest_marker("fault"), item.config.getoption("--faults")
    if mark and path and report.when == "call":
        seen = dict(item.user_properties)
        told = {"fault": mark.kwargs["number"], "test": item.nodeid, "ended": report.outcome, "seen": seen}
        with Path(path).open("a") as file:
            file.write(json.dumps(told | {"seconds": round(call.duration, 1)}) + "\n")
    return report


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """End with a test what it configured of the log: it would write to a stream that is closed by then."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run one hall for all tests of a file."""
    with running(tmp_path_factory.mktemp("hall")) as hall:
        yield hall
