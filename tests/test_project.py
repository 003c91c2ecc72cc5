"""The project itself: nothing is left out of what is shipped, checked or explained."""

import configparser
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from server.hallfile import load_hall

ROOT = Path(__file__).resolve().parent.parent
HALLS = sorted((ROOT / "config" / "halls").glob("*.toml"))
NOT_SHIPPED = {"tests", "bench", "docs", "config", "node_modules", "build", "run"}


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    """Read setup.cfg."""
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    return read


def lines(text: str) -> set[str]:
    """Give the entries of a list in setup.cfg."""
    return {line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")}


def packages() -> set[str]:
    """Find every package that stands in the checkout and is not for developers alone."""
    found = (path.parent.relative_to(ROOT) for path in ROOT.glob("[a-z]*/**/__init__.py"))
    return {".".join(folder.parts) for folder in found if folder.parts[0] not in NOT_SHIPPED}


def modules(folder: str) -> set[str]:
    """Name the modules of a package."""
    return {f"{folder.replace('/', '.')}.{path.stem}" for path in (ROOT / folder).glob("[a-z]*.py")}


def test_every_package_is_shipped(setup: configparser.ConfigParser) -> None:
    """A folder that setup.cfg does not list would be missing from a wheel without a word."""
    assert lines(setup["options"]["packages"]) == packages()


def test_every_package_stands_under_the_import_contracts(setup: configparser.ConfigParser) -> None:
    """import-linter looks at the packages it is told, so a new one must be told."""
    tops = {package for package in packages() if "." not in package}
    assert lines(setup["importlinter"]["root_packages"]) == tops


def test_every_program_is_kept_apart(setup: configparser.ConfigParser) -> None:
    """Each package is a program, or is one of the two that programs share."""
    layers = setup["importlinter:contract:programs"]["layers"]
    named = set(re.findall(r"\w+", layers))
    assert named == lines(setup["importlinter"]["root_packages"])


NETWORK = {"protocol.link", "protocol.connection", "protocol.pairing", "protocol.scout"}


def test_every_module_of_the_protocol_but_the_link_is_pure(setup: configparser.ConfigParser) -> None:
    """Only the link, its connection, its scout and the pairing before it may touch the network."""
    pure = lines(setup["importlinter:contract:pure"]["source_modules"])
    assert modules("protocol") - NETWORK <= pure


def test_web_pages_and_their_parts_are_shipped(setup: configparser.ConfigParser) -> None:
    """Every file below a program's folder that is no Python is matched by its package data."""
    data = {name: lines(patterns) for name, patterns in setup["options.package_data"].items()}
    left_out = [
        str(path.relative_to(ROOT))
        for package in {name for name in packages() if "." not in name}
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc"}
        and not any(path.relative_to(ROOT / package).match(pattern) for pattern in data.get(package, ()))
    ]
    assert left_out == []


def test_every_file_of_config_is_shipped(setup: configparser.ConfigParser) -> None:
    """A wheel without a language or a theme would start and be wrong."""
    patterns = [pattern for value in setup["options.data_files"].values() for pattern in lines(value)]
    files = [path.relative_to(ROOT) for path in (ROOT / "config").rglob("*") if path.is_file()]
    assert [str(file) for file in files if not any(file.match(pattern) for pattern in patterns)] == []


def test_every_lint_that_is_left_out_has_a_reason() -> None:
    """The whole list of ruff is on; each exception stands beside its reason."""
    bare = re.compile(r'^\s*("[A-Z]+\d+",?\s*)+$')
    text = (ROOT / "ruff.toml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if bare.match(line)] == []
    assert tomllib.loads(text)["lint"]["select"] == ["ALL"]


def test_every_noqa_and_ignore_has_a_reason() -> None:
    """An exception in the code says why it is right, too."""
    bare = re.compile(r"#\s*noqa(:\s*[A-Z0-9, ]+)?$|#\s*type:\s*ignore$")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in (*sorted(packages()), "tests", "bench")
        for path in (ROOT / package.replace(".", "/")).glob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert wrong == []


@pytest.mark.parametrize("hall", HALLS, ids=lambda path: path.stem)
def test_a_shipped_hall_loads(hall: Path) -> None:
    """Every hall of config/ is good as it stands."""
    assert load_hall(hall).service


SERVER_COMMANDS = [f"server {name}" for name in ("run", "check", "token", "operator", "verify", "explain")]


@pytest.mark.parametrize(
    "command",
    [
        *("server", *SERVER_COMMANDS, "server.demonstration", "kiosk", "display"),
        *("simulator", "simulator day", "simulator fit"),
    ],
)
def test_a_program_explains_itself(command: str) -> None:
    """``--help`` works for each program and each of its commands, from a bare checkout."""
    words = [sys.executable, "-m", *command.split(), "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


def test_make_help_lists_every_target() -> None:
    """A target that ``make help`` does not name is one nobody finds."""
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert re.findall(r"^make (\w+)", told, re.MULTILINE) == phony.split()


def test_the_lock_file_names_digests_and_no_host() -> None:
    """Each package comes from the registry that npm is told, and only with the digest written here."""
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')
