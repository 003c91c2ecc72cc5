"""What differs between two configurations, key by key, and whether it moves anybody."""

from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.hall import Hall

ORDER = ("policy", "class", "queue", "desk")
"""The tables that say who is next."""

NAMELESS = {"names", "version", "legal_basis", "zone", "kind", "first", "last", "prefix"}
"""Keys of these tables that move nobody."""

MOST = 60
"""So many changes are told one by one."""

Change = dict[str, Any]


def changes(before: Hall, after: Hall) -> list[Change]:
    """Give what differs, as ``{key, from, to}``; names in several languages count as one."""
    return list(_of_tables("", msgspec.to_builtins(before), msgspec.to_builtins(after)))[:MOST]


def moves_the_order(before: Hall, after: Hall) -> bool:
    """Tell whether a ticket could be called earlier or later by the other rules."""
    tables = [msgspec.to_builtins(hall) for hall in (before, after)]
    for name in ORDER:
        keys = (change["key"] for change in _of_value(name, tables[0][name], tables[1][name]))
        if any(key.rpartition(".")[2] not in NAMELESS for key in keys):
            return True
    return False


def _of_tables(prefix: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for key in {**before, **after}:
        yield from _of_value(f"{prefix}{key}", before.get(key), after.get(key))


def _of_value(key: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if key == "policy.ratio":  # new or gone it moves everybody: it is told whole
        before, after = before or {}, after or {}
    if isinstance(before, dict) and isinstance(after, dict) and not key.endswith("names"):
        yield from _of_tables(f"{key}.", before, after)
    elif _is_listed(before) and _is_listed(after):
        old, new = ({_identity(entry): entry for entry in table} for table in (before, after))
        for identity in {**old, **new}:
            yield from _of_value(f"{key}[{identity}]", old.get(identity), new.get(identity))
    else:
        yield {"key": key, "from": _short(before), "to": _short(after)}


def _is_listed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _identity(entry: dict[str, Any]) -> str:
    return str(entry.get("id") or entry.get("number") or entry.get("day"))


def _short(value: Any) -> Any:
    """Give a value that fits on a line; of a whole table, that it is there."""
    return "…" if isinstance(value, dict) else value
