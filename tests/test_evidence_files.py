"""Whatever stands in a file of heads or a receipt, both programs answer in a sentence."""

import contextlib
import json
import runpy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.days import write
from protocol.events import TicketIssued
from server import log
from server.log import Reader
from server.outside import NotEvidence, Outside
from server.tree import Tree, told_head, told_key
from server.verify import Audit
from tests.hall_process import ROOT

ALONE = runpy.run_path(str(ROOT / "visitor" / "web" / "verify.py"))["main"]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]], dict[str, Any]]:
    """Give a small hall's folder, its heads as they are kept, and a receipt."""
    folder = tmp_path_factory.mktemp("hall")
    write(folder, "XS", 1)
    reader = Reader(folder / log.FILE)
    heads = reader.heads(0, 3)
    issued = next(event for event in reader.events(0, 100) if isinstance(event, TicketIssued))
    receipt = Tree(reader).receipt(issued.ticket, issued.day, heads[-1])
    lines = [*map(told_key, reader.hall_keys()), *map(told_head, heads)]
    reader.close()
    assert receipt is not None
    return folder, lines, receipt


def answered(folder: Path, heads: Path, receipt: Path) -> None:
    """Read both files with both programs; each must answer."""
    reader = Reader(folder / log.FILE)
    with contextlib.suppress(NotEvidence):
        Audit(reader, None, Outside([heads], [receipt])).walk()
    reader.close()
    said = StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for asked in (
            ["log", folder / log.FILE, "--heads", heads, "--receipt", receipt],
            ["receipt", receipt],
        ):
            assert ALONE([str(one) for one in asked]) in {0, 1, 2}
    assert "Traceback" not in said.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_anything_in_one_of_its_fields(
    kept: tuple[Path, list[dict[str, Any]], dict[str, Any]], tmp_path: Path, data: st.DataObject
) -> None:
    """Also a field that is missing, and one that nobody knows."""
    folder, lines, receipt = kept
    line = data.draw(st.integers(0, len(lines) - 1))
    broken = [dict(each) for each in lines]
    told = dict(receipt)
    for one in (broken[line], told):
        field = data.draw(st.sampled_from([*sorted(one), "unknown"]))
        if data.draw(st.booleans()):
            one[field] = data.draw(VALUES)
        else:
            one.pop(field, None)
    (tmp_path / "heads").write_text("".join(json.dumps(each) + "\n" for each in broken))
    (tmp_path / "receipt").write_text(json.dumps(told))
    answered(folder, tmp_path / "heads", tmp_path / "receipt")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_a_file_that_is_anything(
    kept: tuple[Path, list[dict[str, Any]], dict[str, Any]], tmp_path: Path, content: bytes
) -> None:
    """Bytes, or JSON of another shape."""
    (tmp_path / "file").write_bytes(content)
    answered(kept[0], tmp_path / "file", tmp_path / "file")
