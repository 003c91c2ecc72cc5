"""``novbe-server``: the command line. Exit status 0 done, 1 finding or refusal, 2 wrong usage."""

import argparse
import re
import sqlite3
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.rights import DEVICE_ROLES, OPERATOR_ROLES

if TYPE_CHECKING:
    # Each command imports only what it needs: a token is made without loading the whole server.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names no public type


OPERATOR_ACTIONS = ("add", "disable", "password", "link", "second-factor", "no-second-factor")


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; gives the exit status."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.carry_out(given))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}: choose another file or folder.", file=sys.stderr)
        return 1
    except sqlite3.Error as error:
        print(
            f"The databases in {given.data} cannot be used ({error}): put a copy of the folder in its place.",
            file=sys.stderr,
        )
        return 1


def _run(given: argparse.Namespace) -> int:
    from server.run import Wish, run  # noqa: PLC0415 - see above
    from server.tls import Certificate  # noqa: PLC0415 - see above

    if bool(given.tls_cert) != bool(given.tls_key):
        given.misused("TLS needs both a certificate and its key: --tls-cert FILE --tls-key FILE")
    certificate = Certificate(given.tls_cert, given.tls_key) if given.tls_cert else None
    if given.follow and not given.token:
        given.misused("a standby needs a --token: novbe-server token --role standby, where the hall runs")
    if not given.follow and not given.hall:
        given.misused("which hall? name its file: --hall FILE.toml")
    is_driven = given.clock == "driven"
    asked = Wish(
        given.data,
        given.host,
        given.port,
        is_driven,
        given.hall,
        (given.follow or "").rstrip("/"),
        given.token,
        certificate,
    )
    return run(asked)


def _promote(given: argparse.Namespace) -> int:
    from server.promoting import promote  # noqa: PLC0415 - see above

    return promote(given.data)


def _check(given: argparse.Namespace) -> int:
    from server.checking import check  # noqa: PLC0415 - see above

    return check(given.file, show=given.show)


def _token(given: argparse.Namespace) -> int:
    from server.administering import token  # noqa: PLC0415 - see above

    return token(given)


def _operator(given: argparse.Namespace) -> int:
    from server.administering import operator  # noqa: PLC0415 - see above

    return operator(given)


def _directory(given: argparse.Namespace) -> int:
    from server.administering import through_directory  # noqa: PLC0415 - see above

    return through_directory(given)


def _verify(given: argparse.Namespace) -> int:
    from server.verify import Days, verify  # noqa: PLC0415 - see above

    days = Days(given.day or given.first or "", given.day or given.last or "")
    return verify(given.data, days, as_json=given.json, heads=given.heads, receipts=given.receipt)


def _heads(given: argparse.Namespace) -> int:
    from server.keeping import export_heads  # noqa: PLC0415 - see above

    return export_heads(given.data, given.since)


def _key(given: argparse.Namespace) -> int:
    from server.keeping import hall_key  # noqa: PLC0415 - see above

    return hall_key(given.data, renew=given.renew)


def _explain(given: argparse.Namespace) -> int:
    from server.explaining import explain  # noqa: PLC0415 - see above

    return explain(given.data, given.ticket, given.day)


def _backup(given: argparse.Namespace) -> int:
    from server.backup import backup  # noqa: PLC0415 - see above

    return backup(given.data, given.file)


def _restore(given: argparse.Namespace) -> int:
    from server.owner import FolderInUse  # noqa: PLC0415 - see above
    from server.restoring import restore  # noqa: PLC0415 - see above

    try:
        return restore(given.file, given.data)
    except FolderInUse as reason:
        print(reason, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="novbe-server", description="The server of a public service hall.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    check = commands.add_parser("check", help="tell every mistake in a hall file")
    check.add_argument("file", type=Path, metavar="FILE.toml")
    check.add_argument("--show", action="store_true", help="print the merged result")
    check.set_defaults(carry_out=_check)
    _add_token(commands)
    _add_operator(commands)
    _add_directory(commands)
    _add_verify(commands)
    _add_heads(commands)
    explain = commands.add_parser("explain", help="tell in words what happened to a ticket, and why")
    _add_data(explain)
    explain.add_argument("ticket", metavar="TICKET")
    explain.add_argument(
        "--day", type=day, help="its day of issue, YYYY-MM-DD; without it, the last one of that number"
    )
    explain.set_defaults(carry_out=_explain)
    _add_copies(commands)
    return parser


def day(text: str) -> str:
    """Read a day from the command line; argparse tells when it is none."""
    return date.fromisoformat(text).isoformat()


def port(text: str) -> int:
    """Read a port from the command line; a larger number would become another one without a word."""
    number = int(text)
    if number not in range(65_536):
        raise ValueError
    return number


def address(text: str) -> str:
    """Read a server's address from the command line; argparse tells when it is none."""
    if not text.startswith(("http://", "https://")):
        raise ValueError
    return text


def page(text: str) -> str:
    """Read the path of a page of this hall from the command line; argparse tells when it is none."""
    if not re.fullmatch(r"/([A-Za-z0-9][A-Za-z0-9/_-]*)?", text):
        raise ValueError
    return text


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the hall's data folder")


def _add_run(commands: "Commands") -> None:
    run = commands.add_parser("run", help="run a hall")
    run.add_argument("--hall", type=Path, metavar="FILE.toml", help="the hall file; a standby needs none")
    _add_data(run)
    run.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    run.add_argument("--port", type=port, default=8000, help="the port to listen at (8000; 0: any)")
    run.add_argument(
        "--clock", choices=("wall", "driven"), default="wall", help="driven: commands carry the time (wall)"
    )
    run.add_argument("--tls-cert", type=Path, metavar="FILE", help="speak TLS with this certificate (PEM)")
    run.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of that certificate (PEM)")
    run.add_argument("--follow", type=address, metavar="URL", help="stand by for the hall's server there")
    run.add_argument("--token", default="", metavar="T", help="for --follow: a token of the role standby")
    run.set_defaults(carry_out=_run, misused=run.error)


def _add_verify(commands: "Commands") -> None:
    verify = commands.add_parser(
        "verify", help="prove the log: columns, roots, lifecycle, numbers, every call"
    )
    _add_data(verify)
    verify.add_argument("--day", type=day, help="tell of this day alone, YYYY-MM-DD")
    verify.add_argument(
        "--from", dest="first", type=day, metavar="DAY", help="tell of this day and later ones"
    )
    verify.add_argument(
        "--to", dest="last", type=day, metavar="DAY", help="tell of this day and earlier ones"
    )
    verify.add_argument(
        "--heads", type=Path, action="append", default=[], metavar="FILE", help="heads kept outside the hall"
    )
    verify.add_argument(
        "--receipt", type=Path, action="append", default=[], metavar="FILE", help="a visitor's receipt"
    )
    verify.add_argument("--json", action="store_true", help="a line of JSON for each step, for programs")
    verify.set_defaults(carry_out=_verify)


def _add_heads(commands: "Commands") -> None:
    heads = commands.add_parser(
        "heads", help="print the signed heads of the log, to be kept outside the hall"
    )
    _add_data(heads)
    heads.add_argument("--since", type=int, default=0, metavar="SIZE", help="those over more events (0)")
    heads.set_defaults(carry_out=_heads)
    key = commands.add_parser("key", help="print the public key that signs the heads, or draw another")
    _add_data(key)
    key.add_argument(
        "--renew", action="store_true", help="draw another key, for the next start of the server"
    )
    key.set_defaults(carry_out=_key)


def _add_copies(commands: "Commands") -> None:
    backup = commands.add_parser("backup", help="copy a hall into one file, beside its running server")
    _add_data(backup)
    backup.add_argument("file", type=Path, metavar="FILE", help="the backup to write, which is not there yet")
    backup.set_defaults(carry_out=_backup)
    restore = commands.add_parser("restore", help="put a hall from a backup into a folder that has none")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup")
    _add_data(restore)
    restore.set_defaults(carry_out=_restore)
    promote = commands.add_parser("promote", help="have a standby run the hall, in a new epoch")
    _add_data(promote)
    promote.set_defaults(carry_out=_promote)


def _add_token(commands: "Commands") -> None:
    token = commands.add_parser("token", help="let a device in, or take its token back")
    _add_data(token)
    token.add_argument("--name", required=True, help="what the device is called")
    token.add_argument("--role", choices=DEVICE_ROLES)
    token.add_argument("--desk", metavar="D", help="the desk that a token of the role desk is for")
    token.add_argument("--revoke", action="store_true", help="take back the tokens of that name")
    token.set_defaults(carry_out=_token)


def _add_operator(commands: "Commands") -> None:
    operator = commands.add_parser(
        "operator", help="let a person in, or take their right; passwords are drawn"
    )
    operator.add_argument("action", choices=OPERATOR_ACTIONS)
    _add_data(operator)
    operator.add_argument("name", metavar="NAME", help="what the person signs in as")
    operator.add_argument("--role", choices=OPERATOR_ROLES, default="operator", help="for add (operator)")
    operator.add_argument("--path", type=page, default="/", help="for link: the page it leads to (/)")
    operator.set_defaults(carry_out=_operator)


def grant(text: str) -> tuple[str, str]:
    """Read ``VALUE=ROLE`` from the command line; argparse tells when it is none."""
    value, _, role = text.rpartition("=")
    if not value or role not in OPERATOR_ROLES:
        raise ValueError
    return value, role


def _add_directory(commands: "Commands") -> None:
    directory = commands.add_parser(
        "directory", help="let people in through the ministry's own directory (OpenID Connect)"
    )
    _add_data(directory)
    directory.add_argument("--issuer", metavar="URL", help="the OpenID provider")
    directory.add_argument("--client-id", metavar="ID", help="what the provider calls this hall")
    directory.add_argument(
        "--secret-file", type=Path, metavar="FILE", help="where the client's secret stands"
    )
    directory.add_argument("--claim", default="groups", help="the claim that says who one is (groups)")
    directory.add_argument(
        "--grant", type=grant, action="append", metavar="VALUE=ROLE", help="the role of a value of that claim"
    )
    directory.add_argument("--off", action="store_true", help="let people in through none")
    directory.set_defaults(carry_out=_directory)


if __name__ == "__main__":
    sys.exit(main())
