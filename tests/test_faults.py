"""The catalogue of faults is whole: each has a test that makes it, and each test a place in it."""

import re
from collections import Counter
from pathlib import Path

from tests.faults.catalogue import CATALOGUE, NOT_RUN
from tests.faults.table import HISTORY, read, remember

TESTS = Path(__file__).parent
MARK = re.compile(r'mark\.fault\(number="(\w+)"\)')


def marked() -> Counter[str]:
    """Count the tests that make each fault."""
    return Counter(
        number for path in TESTS.glob("test_*.py") for number in MARK.findall(path.read_text("utf-8"))
    )


def test_every_fault_is_made() -> None:
    """By a test, and every mark names a fault of the catalogue; none is both made and not run."""
    assert set(marked()) == set(CATALOGUE)
    assert not set(CATALOGUE) & set(NOT_RUN)


def test_what_was_seen_is_of_tests_that_exist() -> None:
    """A row of the table is from a test that stands there today."""
    for told in read(HISTORY.read_text("utf-8")):
        path, _, name = told["test"].partition("::")
        assert f"def {name.partition('[')[0]}(" in (TESTS.parent / path).read_text("utf-8")


def test_a_fault_made_anew_replaces_what_was_told_of_it() -> None:
    """And the other faults' lines stay, in the order of the catalogue."""
    old = {"fault": "T3", "test": "a::b", "ended": "failed", "seen": {}, "seconds": 1}
    other, new = old | {"fault": "T6"}, old | {"ended": "passed"}
    kept = read(remember([other, old], [new]))
    assert [(told["fault"], told["ended"]) for told in kept] == [("T3", "passed"), ("T6", "failed")]
