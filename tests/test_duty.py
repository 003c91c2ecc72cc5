"""What a folder is for survives everything but its own damage, and then nothing is run on a guess."""

from pathlib import Path

import pytest

from server import duty
from server.__main__ import main
from server.duty import Begin, Duty
from tests.hall_process import ROOT


def test_what_a_folder_is_for_is_kept(tmp_path: Path) -> None:
    """Nothing said is an ordinary hall; one thing is changed without the others."""
    assert duty.read(tmp_path) == Duty()
    begin = Begin(cause="promoted", since=7)
    duty.write(tmp_path, Duty(follows="http://one", begin=begin))
    assert duty.change(tmp_path, standby="http://two") == Duty(
        follows="http://one", begin=begin, standby="http://two"
    )
    assert duty.read(tmp_path).standby == "http://two"
    assert [path.name for path in tmp_path.iterdir()] == [duty.FILE]


@pytest.mark.parametrize("words", ["run --hall {hall} --port 0", "promote", "token --name x --role kiosk"])
def test_a_damaged_note_runs_nothing(tmp_path: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that was superseded must not come back because a byte of its note flipped."""
    (tmp_path / duty.FILE).write_bytes(b'{"superseded":7}')
    said = words.format(hall=ROOT / "config/halls/tiny.toml").split()
    assert main([*said, "--data", str(tmp_path)]) == 1
    assert "nothing is run here" in capsys.readouterr().err
    assert not (tmp_path / "hall.db").exists()
