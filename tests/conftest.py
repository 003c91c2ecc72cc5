"""What several test files ask for by name: a running server of a small hall."""

from collections.abc import Iterator

import pytest

from tests.network_hall import NetworkHall, running


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run one hall for all tests of a file."""
    with running(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests, so that at the end no worker waits for the other."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
