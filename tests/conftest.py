"""What several test files ask for by name: a running server of a small hall."""

from collections.abc import Iterator

import pytest

from tests.network_hall import NetworkHall, running


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run one hall for all tests of a file."""
    with running(tmp_path_factory.mktemp("hall")) as hall:
        yield hall
