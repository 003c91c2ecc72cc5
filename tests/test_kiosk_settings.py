"""A kiosk's settings file, and what is wrong on its command line."""

from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.settings import Settings
from ui.settings import read_settings


def test_without_a_file_every_setting_has_a_default() -> None:
    """A kiosk needs no settings file."""
    assert read_settings(Settings, None) == Settings()


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    """And leaves the rest."""
    file = tmp_path / "kiosk.toml"
    file.write_text('popular = ["notary"]\nidle_seconds = 90\n')
    assert read_settings(Settings, file) == Settings(popular=["notary"], idle_seconds=90)


def test_a_missing_file_ends_the_program_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, and no traceback."""
    file = tmp_path / "none.toml"
    assert main(["--server", "http://127.0.0.1:1", "--token", "t", "--settings", str(file)]) == 1
    assert capsys.readouterr().err == f"The settings file {file} cannot be read: No such file or directory.\n"


def test_a_server_without_an_address_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, and what an address looks like."""
    with pytest.raises(SystemExit) as usage:
        main(["--server", "hall", "--token", "t"])
    assert usage.value.code == 2
    assert "http://127.0.0.1:8000" in capsys.readouterr().err
