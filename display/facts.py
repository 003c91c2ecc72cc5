"""What a board must know of its hall, read from the snapshot. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """Where a desk is, and what it is called: ``kind`` desk, window or room."""

    zone: str = ""
    kind: str = "desk"


@dataclass(frozen=True, slots=True)
class HallFacts:
    """The hall's names, time zone, languages (the main one first), desks, zones and spoken prefixes.

    ``services`` and ``reasons`` are names by id.
    """

    names: Names = field(default_factory=dict)
    time_zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    desks: Mapping[str, DeskFacts] = field(default_factory=dict)
    zones: Mapping[str, Names] = field(default_factory=dict)
    prefixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    services: Mapping[str, Names] = field(default_factory=dict)
    reasons: Mapping[str, Names] = field(default_factory=dict)
    order: Mapping[str, Any] = field(default_factory=dict)

    def desk(self, number: str) -> DeskFacts:
        """Give what is known of a desk."""
        return self.desks.get(number, DeskFacts())


def read_facts(snapshot: Mapping[str, Any]) -> HallFacts:
    """Read the hall of a snapshot; what an older server does not tell has its default."""
    hall = snapshot.get("hall", {})
    return HallFacts(
        names=hall.get("names", {}),
        time_zone=hall.get("time_zone", "UTC"),
        languages=tuple(hall.get("languages") or ("en",)),
        desks={
            desk["number"]: DeskFacts(desk.get("zone", ""), desk.get("kind", "desk"))
            for desk in hall.get("desks", ())
        },
        zones={zone["id"]: zone.get("names", {}) for zone in hall.get("zones", ())},
        prefixes=snapshot.get("voice", {}).get("spoken_prefixes", {}),
        services=dict(_leaves(hall.get("services", ()))),
        reasons={reason["id"]: reason["names"] for reason in hall.get("reasons", ())},
        order=hall.get("order", {}),
    )


def _leaves(nodes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Names]]:
    """Give each service of the tree and its names."""
    for node in nodes:
        yield node["id"], node["names"]
        yield from _leaves(node.get("children", ()))
