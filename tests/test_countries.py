"""The country packs: each can be used, says what it rests on, and orders a hall as its plain cases say."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol.hall import Hall, Queue, Service
from protocol.words import MINUTE, Micros
from server.domain.refusals import ClassUsed
from server.hallfile import countries, load_hall, read_country
from tests.builders import GREETER, ID, KIOSK, NINE, a_hall, play

FOLDER = Path(__file__).parent.parent / "config" / "countries"
REQUIRED = {"az", "br", "pt", "ph", "ua", "kz", "ge", "tr", "id", "et"}
HALL = """
extends = "{tiny}"
[hall]
languages = ["{language}"]
names = {{ {language} = "Hall" }}
country = "{country}"
[[service]]
id = "reception"
names = {{ {language} = "Reception" }}
[[kiosk]]
id = "kiosk"
names = {{ {language} = "Kiosk" }}
"""

COMES = re.compile(r"(\w+)(?:, ([\w-]+),)? comes at (\d\d):(\d\d)( to the registry)?")
CALLED = re.compile(r"(\w+) is called before (\w+)")
SEEN = re.compile(r"The document of (\w+) is seen")
REFUSED = re.compile(r"(\w+), ([\w-]+), is refused at (\d\d):(\d\d)")
NOT_SHOWN = re.compile(r"(\w+) shows no document")
NOBODY = "Nobody has precedence"


def hall_of(country: str, tmp_path: Path, language: str = "en") -> Hall:
    """Load a hall that says nothing but where it stands; its names are in one language alone."""
    file, tiny = tmp_path / "hall.toml", FOLDER.parent / "halls" / "tiny.toml"
    file.write_text(HALL.format(tiny=tiny, country=country, language=language), "utf-8")
    return load_hall(file)


def cases() -> Iterator[tuple[str, str]]:
    """Give each country's cases, as they stand beside its pack."""
    for file in sorted(FOLDER.glob("*.cases.md")):
        for line in file.read_text("utf-8").splitlines():
            if line.startswith("- "):
                yield file.name.partition(".")[0], line[2:]


def test_ten_countries_have_a_pack_and_cases() -> None:
    """And no pack is without cases."""
    assert set(countries()) >= REQUIRED
    assert {country for country, _ in cases()} == set(countries())


@pytest.mark.parametrize("country", countries())
def test_a_hall_of_a_country_opens(country: str, tmp_path: Path) -> None:
    """In its main language alone, too; each class in force names its law."""
    file = read_country(country)
    hall = hall_of(country, tmp_path, file.country.languages[0])
    assert hall.outcome[0].id == "served"
    assert hall.class_ == file.class_
    assert hall.holiday == file.holiday
    assert file.country.weekend
    assert all(class_.legal_basis for class_ in (*file.class_, *file.template))
    assert bool(hall.class_) != ("not found" in file.country.says)


def test_a_hall_corrects_a_holiday_of_its_country(tmp_path: Path) -> None:
    """One day of its own file takes the place of the country's; the others stay."""
    lent = {holiday.day: holiday for holiday in read_country("az").holiday}
    first, second = list(lent)[:2]
    file, tiny = tmp_path / "hall.toml", FOLDER.parent / "halls" / "tiny.toml"
    own = f'[[holiday]]\nday = "{second}"\nhours = ["10:00-12:00"]\n[[holiday]]\nday = "2026-02-03"\n'
    file.write_text(f'extends = "{tiny}"\n{own}', "utf-8")
    found = {holiday.day: holiday for holiday in load_hall(file).holiday}
    assert found[first] == lent[first]
    assert found[second].hours == ["10:00-12:00"]
    assert set(found) == {*lent, "2026-02-03"}


@pytest.mark.parametrize(("country", "case"), list(cases()))
def test_a_case_in_plain_language(country: str, case: str, tmp_path: Path) -> None:
    """The rules call whom the sentence says."""
    Case(hall_of(country, tmp_path)).play(case)


class Case:
    """A hall of one desk that lives through some sentences."""

    def __init__(self, hall: Hall) -> None:
        """Open a hall with the classes of a country, and a registry whose order is a right."""
        facts = a_hall()
        registry = Service(id="registry", names={}, queue="B")
        both = [each for each in facts.service if each.id == "passport"] + [registry]
        queues = [Queue(id="A", prefix="A"), Queue(id="B", prefix="B", precedence=False)]
        made = msgspec.structs.replace(facts, class_=hall.class_, service=both, queue=queues)
        self.hall = play(made, desks=(), at=NINE - 60 * MINUTE)
        self.tickets: dict[str, str] = {}

    def play(self, case: str) -> None:
        """Live through each sentence; one that means nothing is a mistake."""
        for sentence in case.rstrip(".").split(". "):
            self._live(sentence)

    def _live(self, sentence: str) -> None:
        if found := COMES.fullmatch(sentence):
            name, class_, hours, minutes, registry = found.groups()
            self.hall.until(self._clock(int(hours), int(minutes)))
            said: Any = {"service": "registry" if registry else "passport", "class_": class_ or "none"}
            issue = c.IssueTicket(id=ID, person=name.lower(), **said)
            (issued,) = self.hall.do(issue, KIOSK)
            self.tickets[name] = issued.ticket  # type: ignore[attr-defined]
        elif found := SEEN.fullmatch(sentence):
            ticket = self.tickets[found[1]]
            class_ = self.hall.state.tickets[ticket].class_
            self._set_class(ticket, class_, "evidence-seen", found[1])
        elif found := REFUSED.fullmatch(sentence):
            self.hall.until(self._clock(int(found[3]), int(found[4])))
            issue = c.IssueTicket(id=ID, service="passport", class_=found[2], person=found[1].lower())
            with pytest.raises(ClassUsed):
                self.hall.do(issue, KIOSK)
        elif found := NOT_SHOWN.fullmatch(sentence):
            self._set_class(self.tickets[found[1]], "none", "evidence-not-shown", found[1])
        elif found := CALLED.fullmatch(sentence):
            self._expect(self.tickets[found[1]], self.tickets[found[2]])
        elif sentence == NOBODY:
            assert self.hall.state.hall.class_ == []
        else:
            pytest.fail(f"This sentence means nothing here: {sentence}")

    def _clock(self, hours: int, minutes: int) -> Micros:
        return NINE + ((hours - 9) * 60 + minutes) * MINUTE

    def _set_class(self, ticket: str, class_: str, reason: str, person: str) -> None:
        said: Any = {"ticket": ticket, "class_": class_, "reason": reason, "person": person.lower()}
        self.hall.do(c.SetClass(id=ID, **said), GREETER)

    def _expect(self, first: str, second: str) -> None:
        self.hall.open("2")
        assert [self.hall.finish("2"), self.hall.finish("2")] == [first, second]
