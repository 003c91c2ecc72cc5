"""The measurements' table is made rightly, and what ``bench/README.md`` shows is the newest run."""

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.table import ROWS, Figures, found, read_history, remember, tell
from tests.hall_process import ROOT

RUN: Figures = {
    "date": "2026-11-27",
    "commit": "abc1234",
    "machine": "2 cores",
    "figures": {
        "load": {"http": {"issues_per_second": 2000}, "socket.io": {"issues_per_second": 3000}},
        "plain": {"issuing": {"issues_per_second": 400, "numbers_given_twice": 7}},
        "baselines": {"fsync": {"commits_of_1": 1500}},
        "boards": "failed",
    },
}


def test_a_figure_is_found_through_names_with_points() -> None:
    """``socket.io`` is one name; where there is nothing there is None."""
    load = RUN["figures"]["load"]
    assert found(load, "socket.io.issues_per_second") == 3000
    assert found(load, "socket.io.nothing") is None
    assert found(None, "any") is None


def test_a_table_tells_ratios_of_the_same_run() -> None:
    """What was measured, the aim, and how many times its baseline; a failed program says so in its rows."""
    table = tell(RUN)
    assert "Measured 2026-11-27 at abc1234 on 2 cores." in table
    assert "| 1,400 | 2,000 | 5 times the plain design (400) |" in table
    assert "| 3,000 | 2 times one bare commit after another (1,500) |" in table
    assert "| numbers given twice by the plain design |  | 7 |  |" in table
    assert "| call to the last of 200 boards, p50 ms | 40 | failed |  |" in table
    assert "kiosk" not in table


def test_earlier_runs_are_remembered_the_newest_first() -> None:
    """One line each, with a dash for what was not measured then."""
    older = {**RUN, "date": "2026-11-20", "commit": "0ld"}
    lines = remember([older, RUN]).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| 2026-11-27 abc1234", "| 2026-11-20 0ld"]
    assert lines[2].endswith("| – |")


def test_every_row_names_a_program() -> None:
    """And each program stands in the table."""
    named = {row.at[0] for row in ROWS} | {row.against[0] for row in ROWS if row.against}
    assert named == set(bench.PROGRAMS)
    assert bench.PROGRAMS.keys() >= bench.HAVE_SHORT | bench.TOO_LONG


def test_the_readme_shows_the_newest_run() -> None:
    """The tables are what the history makes; the history is one JSON object a line."""
    page, history = bench.README.read_text("utf-8"), bench.HISTORY.read_text("utf-8")
    assert read_history(history)
    assert page == bench.written(page, history)


def test_a_run_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line more in the history, and the page's tables are of it; the text around them stays."""
    monkeypatch.setattr(bench, "README", tmp_path / "README.md")
    monkeypatch.setattr(bench, "HISTORY", tmp_path / "history.jsonl")
    bench.README.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n")
    bench.keep([RUN])
    bench.keep([RUN, {**RUN, "commit": "fff0000"}])
    assert [json.loads(line)["commit"] for line in bench.HISTORY.read_text().splitlines()] == [
        "abc1234",
        "fff0000",
    ]
    page = bench.README.read_text()
    assert page.startswith("before\n")
    assert page.endswith(f"{bench.END}\nafter\n")
    assert "at fff0000 on" in page
    assert "old" not in page


def test_what_failed_is_measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is, and the table says at which commit."""
    monkeypatch.setattr(bench, "commit", lambda: "def5678")
    good = {name: figures for name, figures in RUN["figures"].items() if figures != "failed"}
    run = bench.mended({**RUN, "figures": {**good, "slip": "failed"}})
    assert run["mended"] == {"slip": "def5678"}
    assert run["figures"]["slip"] != "failed"
    assert {**run["figures"], "slip": None} == {**good, "slip": None}
    assert "slip failed, and was measured at def5678." in tell(run)


def test_a_measurement_that_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Its row says ``failed``, and what it said goes to the terminal."""
    assert bench.measure(("bench.nothing",)) == "failed"
    assert "No module named bench.nothing" in capsys.readouterr().err


@pytest.mark.long
def test_a_baseline_and_the_plain_design_are_measured() -> None:
    """The real programs, a second each, print JSON with figures that can be right."""
    baselines = bench.measure(("bench.baselines", "--short"))
    assert baselines["flask"]["issues"] > 0
    assert baselines["websocket"]["issues"] > baselines["socket.io"]["issues"] > 0
    assert baselines["fsync"]["commits_of_1"] > 0
    plain = bench.measure(("bench.plain", "--short"))
    assert plain["issuing"]["issues"] > 0
    assert plain["50 boards"]["call_to_last_ms"]["p50"] > 500
    assert (ROOT / "bench" / "README.md").exists()
