"""``python -m tests.holidays``: seed ``config/countries/holidays`` from the package ``holidays``.

A hall corrects them in its own file. Days that follow the moon are marked there as estimated, and stay so.
"""

import json
import sys
from datetime import UTC, date, datetime
from importlib import metadata

import holidays

from server.hallfile import countries
from server.hallrules import WEEKDAYS
from tests.hall_process import ROOT

FOLDER = ROOT / "config" / "countries" / "holidays"
HEAD = """\
# Public holidays of {country}, {years}, by the Python package holidays {version}.
# Written by python -m tests.holidays, and confirmed by no office. A hall corrects a day in its own file:
# [[holiday]] with that day, and hours where it opens.

extends = "../common/lists.toml"

"""
ENGLISH = {"az": "en_US", "br": "en_US", "et": "en_US", "ge": "en_US", "id": "en_US", "kz": "en_US"} | {
    "ph": "en_PH",
    "pt": "en_US",
    "tr": "en_US",
    "ua": "en_US",
}
NATIVE = {
    "az": "az",
    "br": "pt_BR",
    "ge": "ka",
    "id": "id",
    "kz": "kk",
    "pt": "pt_PT",
    "tr": "tr",
    "ua": "uk",
}
"""Languages that the font of slips and screens has the letters of."""


def main() -> int:
    """Write one file a country for this year and the next; gives 0."""
    FOLDER.mkdir(exist_ok=True)
    first = datetime.now(UTC).year
    for country in countries():
        path = FOLDER / f"{country}.toml"
        written = text(country, (first, first + 1))
        path.write_text(written, "utf-8")
        days = written.count("names = ")
        print(f"{path.relative_to(ROOT)}: {days} days")
    return 0


def text(country: str, years: tuple[int, int]) -> str:
    """Give the file of a country."""
    english = known(country, ENGLISH[country], years)
    native = known(country, NATIVE[country], years) if country in NATIVE else {}
    weekend = [WEEKDAYS[day] for day in sorted(holidays.country_holidays(country.upper()).weekend)]
    lines = [
        HEAD.format(
            country=country.upper(), years=f"{years[0]} and {years[1]}", version=metadata.version("holidays")
        ),
        f"[country]\nweekend = {json.dumps(weekend)}\n",
    ]
    for day, name in sorted(english.items()):
        both = {NATIVE[country][:2]: native[day], "en": name} if native else {"en": name}
        named = ", ".join(f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in both.items())
        lines.append(f'\n[[holiday]]\nday = "{day}"\nnames = {{ {named} }}\n')
    return "".join(lines)


def known(country: str, language: str, years: tuple[int, int]) -> dict[date, str]:
    """Give the names of a country's holidays by their date."""
    return dict(holidays.country_holidays(country.upper(), years=years, language=language))


if __name__ == "__main__":
    sys.exit(main())
