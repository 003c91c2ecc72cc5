"""``novbe-server token`` and ``operator``: who may act in the hall."""

import argparse
import sys

from server.access import AccessRefused, Register


def token(given: argparse.Namespace) -> int:
    """Print a new device token, once, or take back those of a name; gives the exit status."""
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
    """Add an operator, take an operator's right, or give a new password; gives the exit status."""
    register = Register(given.data)
    try:
        if given.action == "disable":
            register.disable(given.name)
            print(f"“{given.name}” may do nothing more here, within a second.")
        elif given.action == "add":
            password = register.add_operator(given.name, given.role)
            print(f"The password of “{given.name}” ({given.role}); it is not shown again: {password}")
        else:
            password = register.new_password(given.name)
            print(f"The new password of “{given.name}”; it is not shown again: {password}")
    except AccessRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0
