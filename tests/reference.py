"""``make docs``: writes what the code says between ``<!-- from the code: NAME -->`` and ``<!-- end -->``.

The tests compare instead of writing, so a page cannot say anything else than the code does.
"""

import dataclasses
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect as shapes

import display.settings
import kiosk.settings
import server.problems  # the refusals of HTTP and of the engine join the list by being imported
import server.refusals  # noqa: F401 - as above
from protocol.commands import COMMANDS, Command
from protocol.events import EVENTS, Event
from server.calls import CALLS, COMMANDING, COMMANDS_PATH, PAGES, SOCKET_EVENTS, Call
from server.domain import lifecycle, refusals, rights
from server.domain.figures import DeskLine, Line
from server.hallfile import countries, read_country
from server.rooms import HEARS
from simulator.demand import Demand
from simulator.sizes import SIZES, Size
from tests.faults.catalogue import NOT_RUN
from tests.faults.table import rows as fault_rows
from tests.hall_process import HallProcess

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r"(<!-- from the code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """Give the pages of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table, between the blank lines that Markdown wants around it."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


def first_paragraph(thing: Any) -> str:
    """Give what a docstring says first, on one line."""
    return " ".join((thing.__doc__ or "").split("\n\n")[0].split()).replace("``", "`")


def fields_of(kind: type[msgspec.Struct], common: type[msgspec.Struct]) -> str:
    """List what a command or an event has besides what all have; in brackets what may be left out."""
    known = {field.name for field in msgspec.structs.fields(common)}
    own = [_field(field) for field in msgspec.structs.fields(kind) if field.name not in known]
    return ", ".join(own) or "–"


def _field(field: msgspec.structs.FieldInfo) -> str:
    """Write one field, with the default where there is one that says something."""
    if field.required:
        return f"`{field.encode_name}`"
    if field.default is None or field.default is msgspec.UNSET:
        return f"[`{field.encode_name}`]"
    return f"[`{field.encode_name}` = {written(field.default)}]"


def written(value: object) -> str:
    """Write a default as TOML and JSON both do."""
    return f"`{msgspec.json.encode(value).decode()}`"


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """Write a setting's default, made anew where the code makes it anew."""
    if field.default_factory is not msgspec.NODEFAULT:
        return written(field.default_factory())
    return written(field.default)


def commands() -> str:
    """Table of the commands."""
    rows = [(f"`{name}`", fields_of(kind, Command), first_paragraph(kind)) for name, kind in COMMANDS.items()]
    return table(("type", "fields", "what it asks"), rows)


def events() -> str:
    """Table of the events."""
    rows = [(f"`{name}`", fields_of(kind, Event), first_paragraph(kind)) for name, kind in EVENTS.items()]
    return table(("type", "fields", "what happened"), rows)


def refusals_table() -> str:
    """Table of the refusals, by status and code; two sentences of one code are two rows."""
    kinds = sorted(refusals.every(), key=lambda kind: (kind.status, kind.code))
    rows = [(f"`{kind.code}`", str(kind.status), first_paragraph(kind), kind.sentence) for kind in kinds]
    return table(("code", "status", "when", "sentence"), rows)


def calls() -> str:
    """Table of the HTTP calls but the commands."""
    rows = [(f"`{call.method} {_address(call)}`", call.who, call.summary) for call in CALLS]
    return table(("call", "who", "answer"), rows)


def _address(call: Call) -> str:
    query = "&".join(f"{name}=" for name in call.in_query)
    return f"{call.path}?{query}" if query else call.path


def metrics() -> str:
    """Table of the metrics, as a running server tells them."""
    with tempfile.TemporaryDirectory() as folder:
        hall = HallProcess(Path(folder), ROOT / "config" / "halls" / "tiny.toml").start()
        status, text = hall.get("/metrics")
        hall.stop()
    assert status == HTTPStatus.OK
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helps = re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE)
    rows = [(f"`{name}`", kinds[name], said) for name, said in helps if not name.endswith("_created")]
    return table(("metric", "kind", "means"), rows)


def rooms() -> str:
    """Table of what each kind of room may hear."""
    rows = [
        (room, f"`{event}`", ", ".join(f"`{field}`" for field in fields) or "–")
        for room, heard in HEARS.items()
        if room != "all"
        for event, fields in heard.items()
    ]
    return table(("room", "event", "fields besides `seq`, `at`, `day`"), rows)


def settings(kind: type[msgspec.Struct]) -> str:
    """Table of a program's settings, with the limits and descriptions that stand at the fields."""
    rows = [
        (f"`{field.encode_name}`", default_of(field), _limits(field.type), _described(field.type))
        for field in msgspec.structs.fields(kind)
    ]
    return table(("key", "default", "may be", "means"), rows)


def _described(annotation: Any) -> str:
    return next((note.description for note in _notes(annotation) if note.description), "")


def _notes(annotation: Any) -> list[msgspec.Meta]:
    return [note for note in getattr(annotation, "__metadata__", ()) if isinstance(note, msgspec.Meta)]


def _limits(annotation: Any) -> str:
    """Say a setting's type and range in words."""
    shape = shapes.type_info(annotation)
    while isinstance(shape, shapes.Metadata):
        shape = shape.type
    match shape:
        case shapes.IntType(ge=int(low), le=int(high)):
            return f"{low} to {high}"
        case shapes.IntType(ge=int(low)):
            return f"{low} or more"
        case shapes.BoolType():
            return "true or false"
        case shapes.ListType():
            return "list of words"
        case shapes.DictType(value_type=shapes.LiteralType(values=values)):
            return "table of " + ", ".join(f"`{value}`" for value in values)
        case _:
            return "text"


def demand() -> str:
    """Table of the demand file: each table of it, its keys with their defaults, and what it says."""
    rows = []
    for field in msgspec.structs.fields(Demand):
        shape = shapes.type_info(field.type)
        inner = shape.item_type if isinstance(shape, shapes.ListType) else shape
        name = f"`[[{field.encode_name}]]`" if inner is not shape else f"`[{field.encode_name}]`"
        if not isinstance(inner, shapes.StructType):
            rows.append((name, "a weight for each code", "Which languages visitors choose."))
            continue
        keys = [
            f"`{key.encode_name}`" if key.required else f"`{key.encode_name}` = {default_of(key)}"
            for key in msgspec.structs.fields(inner.cls)
        ]
        said = " ".join((inner.cls.__doc__ or "").split()).replace("``", "`").partition(": ")[2]
        rows.append((name, ", ".join(keys), said[0].upper() + said[1:]))
    return table(("table", "keys, with their defaults", "what it says"), rows)


def sizes() -> str:
    """Table of the sizes that can be simulated."""
    fields = [field.name for field in dataclasses.fields(Size)]
    rows = [(name, *(f"{getattr(size, field):,}" for field in fields)) for name, size in SIZES.items()]
    return table(("size", *fields), rows)


def countries_table() -> str:
    """Table of the countries: the classes in force, and what they rest on."""
    rows = []
    for code in countries():
        file = read_country(code)
        laws = "; ".join(dict.fromkeys(class_.legal_basis.partition(":")[0] for class_ in file.class_))
        classes = ", ".join(f"`{class_.id}`" for class_ in file.class_) or "none"
        facts = file.country
        days = Counter(holiday.day[:4] for holiday in file.holiday)
        closed = ", ".join(f"{count} in {year}" for year, count in sorted(days.items())) or "none found"
        rows.append(
            (
                f"`{code}` {facts.names['en']}",
                classes,
                f"{laws}. {facts.says}".lstrip(". "),
                ", ".join(facts.weekend),
                closed,
                str(facts.retention_days or "not found"),
                str(facts.complaint_days or "not found"),
            )
        )
    head = ("country", "classes in force", "what the file rests on", "weekend", "holidays")
    return table((*head, "retention, days", "complaints answered within, working days"), rows)


def figures_table() -> str:
    """Table of a day's figures: of which lines each is, and what it says."""
    of_desks = {field.name for field in msgspec.structs.fields(DeskLine)}
    rows = [
        (f"`{field.name}`", "all" if field.name in of_desks else "hall, services", _described(field.type))
        for field in msgspec.structs.fields(Line)
    ]
    return table(("figure", "of", "what it says"), rows)


def rights_of_commands() -> str:
    """Table of the commands and the roles that may send them."""
    return _rights((f"`{name}`", rights.MAY[kind]) for name, kind in COMMANDS.items())


def rights_of_calls() -> str:
    """Table of the HTTP calls, pages and Socket.IO events, and the roles that may use them."""
    return _rights(
        [
            (f"`POST {COMMANDS_PATH}`", COMMANDING),
            *((f"`{call.method} {call.path}`", call.may) for call in CALLS),
            *((f"`GET {page.rule}`", page.may) for page in PAGES),
            *((f"Socket.IO `{event}`", may) for event, may in SOCKET_EVENTS.items()),
        ]
    )


def _rights(lines: Iterable[tuple[str, rights.Roles]]) -> str:
    """Write a column for each role, with a mark where it may."""
    rows = [(what, *("●" if role in may else "" for role in rights.ROLES)) for what, may in lines]
    return table(("", *rights.ROLES), rows)


def diagram() -> str:
    """Draw the life of a leg, as Mermaid that a forge shows as a picture."""
    return f"\n```mermaid\n{lifecycle.diagram()}```\n\n"


def faults_table() -> str:
    """List the faults, what was promised, and what the last long run saw."""
    return table(("", "Fault", "Promised", "Seen"), fault_rows())


def not_run() -> str:
    """List the faults that nobody has made, with the reason."""
    return table(("", "Why it is not run"), NOT_RUN.items())


PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "events": events,
    "refusals": refusals_table,
    "rooms": rooms,
    "calls": calls,
    "metrics": metrics,
    "diagram": diagram,
    "rights_of_commands": rights_of_commands,
    "rights_of_calls": rights_of_calls,
    "demand": demand,
    "sizes": sizes,
    "countries": countries_table,
    "figures": figures_table,
    "faults": faults_table,
    "not_run": not_run,
    "kiosk_settings": lambda: settings(kiosk.settings.Settings),
    "display_settings": lambda: settings(display.settings.Settings),
}


def as_the_code_says(text: str) -> str:
    """Write each marked part of a page anew."""
    return MARK.sub(lambda found: found[1] + PARTS[found[2]]() + found[3], text)


def main() -> int:
    """Write all pages."""
    for page in pages():
        page.write_text(as_the_code_says(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
