"""The documentation says what the code does: every table, link and command in it is tried."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from protocol.hall import Hall
from tests import reference
from tests.hall_process import free_port

ROOT = reference.ROOT
REFERENCE = ROOT / "docs" / "reference"
PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in reference.pages()]
BLOCK = re.compile(r"^```sh(| background)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", PAGES)
def test_a_page_says_what_the_code_says(document: Path) -> None:
    """Each table drawn from the code is as ``make docs`` writes it."""
    text = document.read_text(encoding="utf-8")
    assert text == reference.as_the_code_says(text)


def test_everything_drawn_from_the_code_stands_on_a_page() -> None:
    """No table is made that nobody can read."""
    texts = "".join(page.read_text(encoding="utf-8") for page in reference.pages())
    assert {found[1] for found in reference.MARK.findall(texts)} == set(reference.PARTS)


@pytest.mark.parametrize("document", PAGES)
def test_links_lead_somewhere(document: Path) -> None:
    """Every link and picture inside the project is there."""
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (document.parent / target).exists()] == []


def test_every_picture_is_shown() -> None:
    """Each picture that ``make pictures`` takes stands on one page, once."""
    shown = [
        name
        for page in (ROOT / "README.md", ROOT / "docs" / "screens.md")
        for name in re.findall(r"pictures/([\w-]+\.png)\)", page.read_text(encoding="utf-8"))
    ]
    assert sorted(shown) == sorted(path.name for path in (ROOT / "docs" / "pictures").glob("*.png"))


def test_every_decision_is_listed() -> None:
    """The index names each record once."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (folder / "index.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


def hall_tables() -> Iterator[tuple[str, dict[str, str]]]:
    """Give each table of a hall file with its keys and what the code has as their defaults."""
    for field in msgspec.structs.fields(Hall):
        shape = msgspec.inspect.type_info(field.type)
        inner = shape.item_type if isinstance(shape, msgspec.inspect.ListType) else shape
        heading = f"[[{field.encode_name}]]" if inner is not shape else f"[{field.encode_name}]"
        assert isinstance(inner, msgspec.inspect.StructType)
        yield heading, keys_of(inner)
        for key in inner.fields:
            if isinstance(key.type, msgspec.inspect.UnionType):
                parts = [part for part in key.type.types if isinstance(part, msgspec.inspect.StructType)]
                yield from ((f"[{field.encode_name}.{key.encode_name}]", keys_of(part)) for part in parts)


def keys_of(table: msgspec.inspect.StructType) -> dict[str, str]:
    """Give the keys of a table with their defaults."""
    keys = msgspec.structs.fields(table.cls)
    return {key.encode_name: "*needed*" if key.required else reference.default_of(key) for key in keys}


def test_every_key_of_a_hall_file_is_explained() -> None:
    """With its default, in the order of the code, and no other key is."""
    told = {}
    for part in (REFERENCE / "hall-file.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        heading = part[1 : part.index("` ")]
        told[heading] = dict(re.findall(r"^\| `(\w+)` \| (?:`(?=[\"\[{\w]))?(.*?)`? \|", part, re.MULTILINE))
    coded = {name: {key: value.strip("`") for key, value in keys.items()} for name, keys in hall_tables()}
    assert told == coded


def synopses() -> dict[str, set[str]]:
    """Give the options of each program and command that the contract shows."""
    text = (REFERENCE / "contract.md").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in re.findall(r"^novbe-(.*)$", text, re.MULTILINE):
        program, second = line.split()[:2]
        name = f"{program} {second}" if second.isalpha() else program
        found.setdefault(name, set()).update(re.findall(r"--[a-z]+", line.partition("   ")[0]))
    return found


@pytest.mark.parametrize(("command", "options"), synopses().items(), ids=synopses())
def test_the_contract_names_every_option(command: str, options: set[str]) -> None:
    """What ``--help`` lists stands in the contract, and nothing else."""
    words = [sys.executable, "-m", *command.replace("simulate", "simulator").split(), "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    usage = done.stdout.partition("\n\n")[0]
    assert set(re.findall(r"--[a-z]+", usage)) == options


@pytest.mark.slow
def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    """A newcomer who types what it says has two halls, a turn that verifies, and a change that does not."""
    for name in ("config", "Makefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    script = ["set -eu", "trap 'kill $(jobs -p)' EXIT"]
    for background, block in BLOCK.findall(text):
        lines = [line for line in block.splitlines() if not line.startswith(("make setup", ". .venv"))]
        script.append("\n".join(lines).rstrip() + (" > /dev/null &" if background else ""))
    # make would install a second environment here: what it starts is started without it.
    typed = "\n".join(script).replace("make run", "python -m server.demonstration --port 8000")
    ports = {"8000": str(free_port()), "8001": str(free_port())}
    done = run_as_newcomer(re.sub("8000|8001", lambda port: ports[port[0]], typed), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"ticket_called"' in done.stdout
    assert "The log is sound." in done.stdout
    assert "called to desk 1" in done.stdout
    assert "The kept root does not fit" in done.stdout
    assert "The exit status is 1." in done.stdout
    assert (tmp_path / "run" / "address").exists()


def run_as_newcomer(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script with the programs of this environment, and windows that need no screen."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    silent = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": programs} | silent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
