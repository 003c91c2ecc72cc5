"""Hall files: what ships is good, what is wrong is told completely, and merging keeps both files' meaning."""

from pathlib import Path

import msgspec
import pytest

from protocol.hall import Hall, Ratio
from server.checking import check
from server.domain.services import digest
from server.hallfile import HallFileMistakes, load_hall
from ui.language import config_folder

HALLS = config_folder() / "halls"

SMALL = """
[hall]
id = "small"
names = { en = "Small" }
time_zone = "Asia/Baku"
languages = ["en"]
round_the_clock = true
[[service]]
id = "passport"
names = { en = "Passport" }
queue = "A"
[[queue]]
id = "A"
prefix = "A"
[[desk]]
number = "1"
queues = ["A"]
[[kiosk]]
id = "door"
names = { en = "Door" }
near = ["stairs"]
[[kiosk]]
id = "stairs"
names = { en = "Stairs" }
"""


def write(folder: Path, text: str, name: str = "hall.toml") -> Path:
    """Write a hall file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> dict[str, str]:
    """Give what loading complains of, by key."""
    with pytest.raises(HallFileMistakes) as found:
        load_hall(path)
    return {mistake.key: mistake.sentence for mistake in found.value.mistakes}


@pytest.mark.parametrize("name", ["demo", "tiny"])
def test_the_halls_that_ship_are_good(name: str) -> None:
    """Each loads, and gives itself back from its canonical form."""
    hall = load_hall(HALLS / f"{name}.toml")
    assert msgspec.json.decode(msgspec.json.encode(hall), type=Hall) == hall


def test_the_demonstration_hall_is_a_real_centre() -> None:
    """Eight agencies and 25 services at least, in a tree, twelve desks of two zones, round the clock."""
    hall = load_hall(HALLS / "demo.toml")
    leaves = [service for service in hall.service if service.queue]
    assert len(hall.agency) >= 8
    assert len(leaves) >= 25
    assert {service.parent for service in leaves} <= {service.id for service in hall.service}
    assert len(hall.desk) == 12
    assert len(hall.zone) == 2
    assert hall.hall.round_the_clock
    lists = (
        hall.service,
        hall.agency,
        hall.class_,
        hall.outcome,
        hall.reason,
        hall.zone,
        hall.document,
        hall.kiosk,
    )
    tables = [msgspec.to_builtins(entry) for entries in lists for entry in entries]
    assert all({"az", "en", "ru", "ar"} <= table["names"].keys() for table in tables)


def test_a_hall_without_outcomes_takes_its_countrys(tmp_path: Path) -> None:
    """And keeps its own where it lists some."""
    assert load_hall(write(tmp_path, SMALL)).outcome[0].id == "served"
    own = SMALL + '[[outcome]]\nid = "done"\nnames = { en = "Done" }\n'
    assert [outcome.id for outcome in load_hall(write(tmp_path, own)).outcome] == ["done"]


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        pytest.param(
            ("round_the_clock", "round_the_clok"),
            "hall.round_the_clok",
            "round_the_clock",
            id="a misspelt key",
        ),
        pytest.param(
            ("queue =", "queu ="), "service[passport].queu", "queue", id="a misspelt key of an entry"
        ),
        pytest.param(
            ('queue = "A"', 'queue = "B"'), "service[passport].queue", "There are: A", id="an unknown queue"
        ),
        pytest.param(
            ('queues = ["A"]', 'queues = ["a"]'), "desk[1].queues", "no queue 'a'", id="a desk's queue"
        ),
        pytest.param(
            ('near = ["stairs"]', 'near = ["stair"]'), "kiosk[door].near", "'stairs'", id="a kiosk near none"
        ),
        pytest.param(
            ('near = ["stairs"]', 'near = ["door"]'), "kiosk[door].near", "itself", id="a kiosk near itself"
        ),
        pytest.param(
            ('near = ["stairs"]', 'zone = "east"'), "kiosk[door].zone", "no zone", id="a kiosk's zone"
        ),
        pytest.param(('id = "stairs"', 'id = "door"'), "kiosk[door]", "twice", id="two kiosks of one id"),
        pytest.param(("Asia/Baku", "Asia/Bakku"), "hall.time_zone", "time zone", id="a time zone"),
        pytest.param(('id = "small"\n', ""), "hall.id", "needed", id="a missing key"),
        pytest.param(
            ('number = "1"', "number = 1"), "desk[1].number", "Expected 'str'", id="a number for a text"
        ),
        pytest.param(("round_the_clock = true", 'roll_over = "3am"'), "hall.roll_over", "03:00", id="a time"),
        pytest.param(
            ("round_the_clock = true", 'hours = { mon = ["18-09"] }'),
            "hall.hours.mon",
            "09:00-18:00",
            id="hours",
        ),
        pytest.param(
            ("round_the_clock = true", 'hours = { monday = ["09:00-18:00"] }'),
            "hall.hours.monday",
            "mon",
            id="a weekday",
        ),
        pytest.param(('prefix = "A"', 'prefix = "7"'), "queue[A].prefix", "capital", id="a prefix"),
        pytest.param(
            ('{ en = "Passport" }', '{ fr = "Passeport" }'), "service[passport].names", "en", id="no name"
        ),
        pytest.param(("[[desk]]", "[desk]"), "desk", "[[desk]]", id="a table for a list"),
        pytest.param(("[hall]", "[hal]"), "hal", "'hall'", id="a misspelt table"),
        pytest.param(("[hall]", "[hall"), "", "not TOML", id="no TOML"),
        pytest.param(
            ('id = "small"', 'id = "small"\ncountry = "xx"'), "hall.country", "no country", id="a country"
        ),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path: Path, change: tuple[str, str], key: str, says: str) -> None:
    """File, key and what to do, with the word that was probably meant."""
    found = mistakes(write(tmp_path, SMALL.replace(*change, 1)))
    assert says in found[key]


ROUTED = """
[[service]]
id = "papers"
names = { en = "Papers" }
route = ["passport"]
[[service]]
id = "fee"
names = { en = "Fee" }
queue = "A"
parent = "papers"
route = ["passport", "fee"]
"""
"""Beside the small hall: a group, and a leaf that leads on and back."""


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        pytest.param(("", ""), "service[papers].route", "only leaves", id="a group with a route"),
        pytest.param(
            ('"passport", "fee"', '"passprt"'), "service[fee].route[0]", "'passport'", id="to no service"
        ),
        pytest.param(
            ('"passport", "fee"', '"passport", "papers"'),
            "service[fee].route[1]",
            "service[papers] has no queue",
            id="to a group",
        ),
        pytest.param(
            ('"passport", "fee"', '"fee"'), "service[fee].route[0]", "in service[fee]", id="to itself"
        ),
        pytest.param(
            ('"passport", "fee"', '"passport", "passport"'),
            "service[fee].route[1]",
            "in service[fee].route[0]",
            id="twice in a row",
        ),
    ],
)
def test_a_route_leads_from_leaf_to_leaf(
    tmp_path: Path, change: tuple[str, str], key: str, says: str
) -> None:
    """What clashes is named with both its places."""
    found = mistakes(write(tmp_path, SMALL + ROUTED.replace(*change, 1)))
    assert says in found[key]


def test_a_route_may_come_back(tmp_path: Path) -> None:
    """Application, payment, collection: the route of a service on the way is not followed again."""
    text = SMALL + ROUTED.replace('route = ["passport"]\n', "", 1)
    assert [s.route for s in load_hall(write(tmp_path, text)).service] == [[], [], ["passport", "fee"]]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """A technician mends a file in one round."""
    text = SMALL.replace("round_the_clock", "round").replace('queue = "A"', "queue = 3")
    assert {"hall.round", "service[passport].queue"} <= mistakes(write(tmp_path, text)).keys()


def test_a_hall_extends_another(tmp_path: Path) -> None:
    """Entries merge by id, values of the nearer file win, and new entries follow."""
    write(tmp_path, SMALL, "national.toml")
    own = 'extends = "national.toml"\n[hall]\nid = "own"\n'
    own += '[[service]]\nid = "passport"\nnames = { en = "Passports" }\n'
    own += '[[desk]]\nnumber = "2"\nqueues = ["A"]\n'
    hall = load_hall(write(tmp_path, own))
    assert hall.hall.id == "own"
    assert hall.hall.round_the_clock
    assert hall.service[0].names["en"] == "Passports"
    assert hall.service[0].queue == "A"
    assert [desk.number for desk in hall.desk] == ["1", "2"]


def test_a_circle_of_files_is_told(tmp_path: Path) -> None:
    """Two files that extend each other never end."""
    write(tmp_path, 'extends = "b.toml"', "a.toml")
    write(tmp_path, 'extends = "a.toml"', "b.toml")
    assert "circle" in mistakes(tmp_path / "a.toml")["extends"]


def test_a_circle_of_services_is_told(tmp_path: Path) -> None:
    """A service below itself would hide from the kiosk."""
    circle = SMALL.replace(
        'queue = "A"\n[[queue',
        'parent = "b"\n[[service]]\nid = "b"\nnames = {en = "B"}\nparent = "passport"\n[[queue',
    )
    assert "circle" in mistakes(write(tmp_path, circle))["service[passport].parent"]


CLASS = '[[class]]\nid = "{id}"\nnames = {{ en = "{id}" }}\n{rest}\n'


@pytest.mark.parametrize(
    ("first", "second", "key", "says"),
    [
        pytest.param(
            'strict = true\nbehind = ["b"]',
            'strict = true\nbehind = ["a"]',
            "class[a].behind",
            "class[b].behind leads back",
            id="a circle",
        ),
        pytest.param("", 'behind = ["b"]', "class[b].behind", "before itself", id="a class before itself"),
        pytest.param("", 'behind = ["c"]', "class[b].behind", "There are: a, b", id="no such class"),
        pytest.param(
            "credit_minutes = 30",
            'credit_minutes = 60\nbehind = ["a"]',
            "class[b].behind",
            "60 minutes against 30 minutes in class[a]",
            id="behind one that has less",
        ),
        pytest.param(
            "credit_minutes = 30",
            'strict = true\nbehind = ["a"]',
            "class[b].behind",
            "strict against 30 minutes in class[a]",
            id="a strict class behind a credit",
        ),
    ],
)
def test_classes_that_clash_are_told_with_both_places(
    tmp_path: Path, first: str, second: str, key: str, says: str
) -> None:
    """Whoever reads it sees the two lines that do not go together."""
    text = SMALL + CLASS.format(id="a", rest=first) + CLASS.format(id="b", rest=second)
    assert says in mistakes(write(tmp_path, text))[key]


RATIO = "[policy]\nratio = { calls = 2, of = ['a'] }\n" + CLASS.format(id="a", rest="")


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        pytest.param(("['a']", "['b']"), "policy.ratio.of", "There is no class 'b'", id="no such class"),
        pytest.param(("['a']", "[]"), "policy.ratio.of", "1", id="of nobody"),
        pytest.param(("calls = 2", "calls = 0"), "policy.ratio.calls", "1", id="none to one"),
        pytest.param(("calls = 2, ", ""), "policy.ratio.calls", "needed", id="no number"),
        pytest.param(("calls", "call"), "policy.ratio.call", "calls", id="an unknown key"),
        pytest.param(
            ("names", "strict = true\nnames"), "policy.ratio", "class[a].strict", id="a strict class"
        ),
    ],
)
def test_a_ratio_that_cannot_be_is_told(tmp_path: Path, change: tuple[str, str], key: str, says: str) -> None:
    """Where another table says otherwise, both places are named."""
    assert load_hall(write(tmp_path, SMALL + RATIO)).policy.ratio == Ratio(calls=2, of=["a"])
    assert says in mistakes(write(tmp_path, SMALL + RATIO.replace(*change, 1)))[key]


def test_a_ratio_that_puts_a_class_before_those_it_goes_behind_is_told(tmp_path: Path) -> None:
    """A class that goes behind another is named with it, or not at all."""
    text = SMALL + RATIO.replace("names", "behind = ['b']\nnames")
    text += CLASS.format(id="b", rest="credit_minutes = 30")
    assert "class[a].behind says that 'b' goes first" in mistakes(write(tmp_path, text))["policy.ratio.of"]
    assert load_hall(write(tmp_path, text.replace("of = ['a']", "of = ['a', 'b']")))


def test_a_ratio_where_no_class_counts_is_told(tmp_path: Path) -> None:
    """One queue in order of arrival among others is right; where all are, the ratio would mean nothing."""
    text = SMALL.replace("[[queue]]", "[[queue]]\nprecedence = false") + RATIO
    assert "queue[A].precedence is false" in mistakes(write(tmp_path, text))["policy.ratio"]
    more = '[[queue]]\nid = "B"\nprefix = "B"\n'
    assert load_hall(write(tmp_path, text + more)).policy.ratio == Ratio(calls=2, of=["a"])


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        pytest.param('[[class]]\nid = "old"\nname = "Old"', "class[old].name", id="a class"),
        pytest.param('[[template]]\nid = "old"', "template[old].names", id="a class that is not in force"),
        pytest.param('[[class]]\nid = "old"\nnames = {}', "country", id="no country"),
        pytest.param(
            '[country]\nnames = { en = "X" }\nlanguages = "en"', "country.languages", id="languages"
        ),
        pytest.param("[limits]", "limits", id="what a country does not say"),
    ],
)
def test_a_mistake_in_a_countrys_file_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, key: str
) -> None:
    """The hall file is not blamed for it."""
    write(tmp_path, f"{wrong}\n", "xx.toml")
    monkeypatch.setattr("server.hallfile._COUNTRIES", tmp_path)
    hall = write(tmp_path, SMALL.replace('id = "small"', 'id = "small"\ncountry = "xx"'))
    with pytest.raises(HallFileMistakes) as found:
        load_hall(hall)
    assert {(each.file, each.key) for each in found.value.mistakes} >= {("xx.toml", key)}


def test_check_says_who_goes_first_where_nobody_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hall without classes is told what its country's law says."""
    assert check(write(tmp_path, SMALL), show=False) == 0
    assert "Note: hall.country: Who has precedence" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("days", "says"),
    [
        pytest.param("mon tue wed thu fri", "", id="as the country does"),
        pytest.param("mon tue wed thu fri sat", "", id="open on its weekend too"),
        pytest.param(
            "mon tue thu fri", "closed on wed, and the weekend of 'az' is sat, sun", id="one forgotten"
        ),
        pytest.param("sun mon tue wed thu", "closed on fri, and the weekend", id="another country's week"),
    ],
)
def test_check_tells_a_hall_that_is_closed_on_a_working_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], days: str, says: str
) -> None:
    """It may be meant, so it is a note."""
    hours = ", ".join(f"{day} = ['09:00-18:00']" for day in days.split())
    text = SMALL.replace("round_the_clock = true", f"hours = {{ {hours} }}")
    assert check(write(tmp_path, text), show=False) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if "hall.hours" in line]
    assert bool(notes) == bool(says)
    assert all(says in note for note in notes)


def test_the_digest_is_of_the_meaning(tmp_path: Path) -> None:
    """Comments and order of keys change nothing; a name does."""
    first = digest(load_hall(write(tmp_path, SMALL)))
    assert digest(load_hall(write(tmp_path, "# a comment\n" + SMALL))) == first
    assert digest(load_hall(write(tmp_path, SMALL.replace("Passport", "Pass")))) != first


def test_check_prints_and_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 when good, 1 with every mistake, 2 when there is no file; --show gives TOML that loads again."""
    good = write(tmp_path, SMALL)
    assert check(good, show=False) == 0
    assert "good" in capsys.readouterr().out
    assert check(good, show=True) == 0
    again = write(tmp_path, capsys.readouterr().out, "again.toml")
    assert load_hall(again) == load_hall(good)
    assert check(write(tmp_path, SMALL.replace("Asia", "Azia")), show=False) == 1
    assert "hall.time_zone" in capsys.readouterr().out
    assert check(tmp_path / "none.toml", show=False) == 2
