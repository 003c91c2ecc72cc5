"""``novbe-server token`` and ``operator``: who may act in the hall."""

import argparse
import importlib.util
import sys
from pathlib import Path

import segno

from server import duty
from server.backup import NothingToCopy
from server.directory import Directory, keep
from server.domain.refusals import Refusal
from server.logins import keep_second_key
from server.register import LINK_MINUTES, Register
from server.totp import address_of, enrol
from server.upgrading import TooNew, back_up_before


def token(given: argparse.Namespace) -> int:
    """Print a new device token, once, or take back those of a name; gives the exit status."""
    if not may_change(given.data):
        return 1
    register = Register(given.data)
    if given.revoke:
        taken = register.revoke(given.name)
        print(f"{taken} tokens of “{given.name}” are void within a second.")
        return 0 if taken else 1
    if not given.role:
        print("A new token needs a --role: kiosk, board, desk, reader or integration.", file=sys.stderr)
        return 2
    if (given.role == "desk") != bool(given.desk):
        print("The role desk, and no other, is for one desk: name it with --desk.", file=sys.stderr)
        return 2
    made = register.add_device(given.name, given.role, given.desk or "")
    print(f"The token of “{given.name}” ({given.role}); it is not shown again: {made}")
    return 0


def operator(given: argparse.Namespace) -> int:
    """Add an operator, take an operator's right, give a new password or a link; gives the exit status."""
    if not may_change(given.data):
        return 1
    register = Register(given.data)
    try:
        print(_said_to(register, given))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def through_directory(given: argparse.Namespace) -> int:
    """Let people in through a directory, or through none; gives the exit status."""
    if not may_change(given.data):
        return 1
    register = Register(given.data)
    if given.off:
        keep(register, None)
        print("Nobody signs in through a directory any more.")
        return 0
    if not (given.issuer and given.client_id and given.grant):
        print("Needed: --issuer, --client-id and at least one --grant VALUE=ROLE; or --off.", file=sys.stderr)
        return 2
    if importlib.util.find_spec("authlib") is None:
        print("This needs Authlib: pip install 'novbe[oidc]'", file=sys.stderr)
        return 1
    secret = given.secret_file.read_text(encoding="utf-8").strip() if given.secret_file else ""
    grants = dict(given.grant)
    keep(register, Directory(given.issuer.rstrip("/"), given.client_id, secret, given.claim, grants))
    print(f"People sign in through {given.issuer}; its address for the way back ends in /oidc/back.")
    return 0


def may_change(folder: Path) -> bool:
    """See that what is changed here stands, keeping what an earlier version made; tells whether it may be."""
    said = duty.read(folder)
    if said.follows:
        print(
            f"{folder} is a standby's folder: do this where the hall runs, for {said.follows}.",
            file=sys.stderr,
        )
        return False
    if said.superseded:
        print(f"Another server has taken over the hall of {folder}: do this there.", file=sys.stderr)
        return False
    try:
        back_up_before(folder)
    except (TooNew, NothingToCopy) as reason:
        print(reason, file=sys.stderr)
        return False
    return True


def _said_to(register: Register, given: argparse.Namespace) -> str:
    """Do what was asked about an operator; gives the sentence that tells it."""
    name = given.name
    match given.action:
        case "disable":
            register.disable(name)
            return f"“{name}” may do nothing more here, within a second."
        case "add":
            password = register.add_operator(name, given.role)
            return f"The password of “{name}” ({given.role}); it is not shown again: {password}"
        case "link":
            code = register.add_link(name, given.path)
            return f"Opens the hall as “{name}”, once, within {LINK_MINUTES} minutes: /enter/{code}"
        case "second-factor":
            address = address_of(enrol(register, name), name, "")
            segno.make_qr(address).terminal(compact=True)
            return f"“{name}” signs in with its digits from now on; the key is not shown again: {address}"
        case "no-second-factor":
            keep_second_key(register, name, None)
            return f"“{name}” signs in with the password alone, unless the hall asks for more."
        case _:
            password = register.new_password(name)
            return f"The new password of “{name}”; it is not shown again: {password}"
