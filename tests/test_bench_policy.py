"""The order keeps its promises on a seeded day: the measurement itself, small."""

from bench.policy import CASES, one_day, told


def test_who_booked_and_who_has_precedence_is_called_in_time() -> None:
    """At load 0.9, on the first of the days that bench/README tells of."""
    case = CASES[0]
    figures = told(case, [one_day(case, 1)])
    assert figures["booked_within_10_min"] >= 0.97
    assert figures["by_law_within_15_min"] >= 0.95
    assert figures["longest_ordinary_wait_min"] <= 165
