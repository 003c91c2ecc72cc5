"""``novbe-server promote``: a standby runs the hall from now on."""

import os
import sys
import time
from pathlib import Path

from server import duty, log
from server.duty import Begin, Duty
from server.log import Reader
from server.owner import FolderInUse, own

DONE_SECONDS = 30.0
LOOK_SECONDS = 0.05


def promote(folder: Path) -> int:
    """Have the standby of a folder take over, whether it runs or not; gives the exit status."""
    following = duty.read(folder).follows if folder.is_dir() else ""
    if not following or not (folder / log.FILE).exists():
        print(f"{folder} is no standby's folder: promote the one that follows the hall.", file=sys.stderr)
        return 1
    begin = Begin(cause="promoted", since=_end(folder / log.FILE))
    try:
        lock = own(folder)
    except FolderInUse:
        return _promote_running(folder, begin)
    try:
        duty.write(folder, Duty(begin=begin, tell=following))
    finally:
        os.close(lock)
    print(f"{folder} will run the hall: start it with novbe-server run --hall FILE.toml --data {folder}")
    return 0


def _promote_running(folder: Path, begin: Begin) -> int:
    began = time.monotonic()
    duty.change(folder, begin=begin)
    while duty.read(folder).follows:
        if time.monotonic() > began + DONE_SECONDS:
            print(f"The standby on {folder} does not take over: see its log, or stop it and try again.")
            return 1
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - began
    print(f"This server runs the hall since {seconds:.1f} s, in a new epoch; the numbers jump ahead.")
    return 0


def _end(path: Path) -> int:
    reader = Reader(path)
    try:
        return reader.end()[1]
    finally:
        reader.close()
