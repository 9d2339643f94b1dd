"""The sample directory: ridings, who sits for them, and where they are reached. All of it is invented.

Numbers are of the range kept for fiction, from 0150 up, so that they are no supporter's; postal codes end in 9Z9 or
near it, which Canada Post gives to nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

CURRENT_SET = "federal-electoral-districts-2023-representation-order"
SUPERSEDED_SET = "federal-electoral-districts"


@dataclass(frozen=True)
class Office:
    """Where a member is reached. `kind` is `legislature` or `constituency`; `tel` is as Represent writes it."""

    kind: str
    tel: str
    postal: str

    @cached_property
    def number(self) -> str | None:
        """The telephone in E.164, without its extension; None where there is none."""
        digits = "".join(sign for sign in self.tel.partition("ext")[0] if sign.isdigit())
        return f"+{digits}" if digits else None


@dataclass(frozen=True)
class Member:
    """Someone who sits in the House of Commons."""

    first_name: str
    last_name: str
    party: str
    languages: tuple[str, ...]
    offices: tuple[Office, ...]

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Riding:
    """A federal electoral district; without a member the seat is vacant."""

    id: str
    name: str
    province: str
    city: str
    member: Member | None


# Riding id, name, province, city, member, party, languages, area code of the constituency office.
_ROWS = """
10901|Avalon Harbour|NL|St. John's|Morwenna Tizzard|Civic Union|en|709
11901|Red Sands|PE|Charlottetown|Alistair Quann|Maple Alliance|en|902
12901|Halifax Narrows|NS|Halifax|Odessa Prent|Northern Labour|en|902
12902|Cape Bretonside|NS|Sydney|Fergus Macquoid|Civic Union|en|902
13901|Petitcodiac Bend|NB|Moncton|Évangéline Thibobeau|Maple Alliance|fr en|506
24901|Montréal Mile-Rouge|QC|Montréal|Delphine Archampeau|Alliance citoyenne|fr en|514
24902|Laval des Rapides-Bleus|QC|Laval|Rosaire Quintelle|Maple Alliance|fr|450
24903|Québec Haute-Falaise|QC|Québec|Solange Vadebonné|Alliance citoyenne|fr|418
24904|Gatineau Les Écluses|QC|Gatineau|Blaise Rondelet|Civic Union|fr en|819
24905|Sherbrooke Trois-Ponts|QC|Sherbrooke|Ludivine Castonel|Northern Labour|fr|819
35901|Toronto Annex West|ON|Toronto|Priya Velandar|Northern Labour|en|416
35902|Toronto Lakeshore North|ON|Toronto|Bartholomew Inksley|Maple Alliance|en|416
35903|Mississauga Goreway|ON|Mississauga|Harjinder Sohalli|Civic Union|en|905
35904|Brampton Heart Lake East|ON|Brampton|Simranjit Dhalwan|Maple Alliance|en|905
35905|Ottawa Rideau Falls|ON|Ottawa|Geneviève Larocquine|Civic Union|en fr|613
35906|Hamilton Escarpment|ON|Hamilton|Thaddeus Wroe|Northern Labour|en|905
35907|London Forks|ON|London|Winnifred Osgoodby|Maple Alliance|en|519
35908|Sudbury Nickel Range|ON|Sudbury|Télesphore Gagnor|Northern Labour|fr en|705
46901|Winnipeg Two Rivers|MB|Winnipeg|Nokomis Fairwind|Northern Labour|en|204
46902|Brandon Wheatfields|MB|Brandon|Elmer Thorsby|Civic Union|en|204
47901|Saskatoon Bridges|SK|Saskatoon|Petronella Wasyk|Civic Union|en|306
47902|Regina Wascana Creek|SK|Regina|-|-|-|306
48901|Calgary Bow Crossing|AB|Calgary|Desmond Okafori|Civic Union|en|403
48902|Edmonton Strathmill|AB|Edmonton|Lakshmi Raghuva|Northern Labour|en|780
59901|Vancouver False Point|BC|Vancouver|Mei-Lin Quok|Maple Alliance|en|604
59902|Surrey Fraser Bend|BC|Surrey|Gurpreet Malhinder|Northern Labour|en|604
59903|Victoria Gorge|BC|Victoria|Rosalind Thurgate|Independent|en|250
60901|Yukon Gold|YT|Whitehorse|Caspian Hollingwolf|Maple Alliance|en|867
61901|Great Slave|NT|Yellowknife|Aurora Beaulieux|Independent|en fr|867
62901|Iqaluit Sound|NU|Iqaluit|Pitsiula Arnakar|Northern Labour|en|867
"""
# Members of whom something is not as with the others.
WITHOUT_TELEPHONE = "12902"
WITH_EXTENSION = "35905"
WITHOUT_CONSTITUENCY_OFFICE = "60901"


def _ridings() -> Iterator[Riding]:
    for index, row in enumerate(_ROWS.split("\n")[1:-1]):
        id_, name, province, city, member, party, languages, area_code = row.split("|")
        offices = tuple(_offices(id_, index, city, area_code))
        seated = None if member == "-" else _member(member, party, languages, offices)
        yield Riding(id_, name, province, city, seated)


def _member(name: str, party: str, languages: str, offices: tuple[Office, ...]) -> Member:
    first, _, last = name.partition(" ")
    spoken = tuple({"en": "English", "fr": "French"}[one] for one in languages.split())
    return Member(first, last, party, spoken, offices)


def _offices(riding: str, index: int, city: str, area_code: str) -> Iterator[Office]:
    mute, extended = riding == WITHOUT_TELEPHONE, riding == WITH_EXTENSION
    ottawa = "" if mute else f"1 613 555-{150 + index:04d}"
    yield Office("legislature", ottawa, "House of Commons\nOttawa ON  K1A 0A6")
    if riding != WITHOUT_CONSTITUENCY_OFFICE:
        # Thirty offices in Ottawa take 0150 to 0179 there, so the constituencies begin where those end.
        tel = "" if mute else f"1 {area_code} 555-{150 + index % 30 if area_code != '613' else 189:04d}"
        yield Office("constituency", f"{tel} ext. 204" if extended else tel, f"{100 + index} Main Street\n{city}")


RIDINGS: Mapping[str, Riding] = {riding.id: riding for riding in _ridings()}
# Every telephone in the directory, and whose it is.
OFFICE_NUMBERS: Mapping[str, tuple[Riding, Office]] = {
    office.number: (riding, office)
    for riding in RIDINGS.values()
    if riding.member
    for office in riding.member.offices
    if office.number
}
