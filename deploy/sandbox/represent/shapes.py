"""Represent's JSON: members, boundaries, and the two lists each that a postal code has.

A boundary set that is in the concordance is left out of what lies around the middle of the code, so that for one set
the two lists never say the same; and a list of members that would be empty is not there at all.
"""

from collections.abc import Iterable
from typing import Any

from deploy.sandbox.represent.directory import CURRENT_SET, RIDINGS, SUPERSEDED_SET, Office, Riding
from deploy.sandbox.represent.postal_codes import SPANNING, SUPERSEDED, PostalCode

SET_NAMES = {
    CURRENT_SET: "Federal electoral district (2023 representation order)",
    SUPERSEDED_SET: "Federal electoral district",
}
MIDDLES = {"ON": (-79.4, 43.7), "QC": (-73.6, 45.5), "BC": (-123.1, 49.2), "AB": (-114.1, 51.0)}
SOMEWHERE_ELSE = (-96.8, 52.1)


def member_of(riding: Riding) -> dict[str, Any] | None:
    """The member for a riding, as Represent shows one; None where the seat is vacant."""
    member = riding.member
    if member is None:
        return None
    return {
        "name": member.name,
        "first_name": member.first_name,
        "last_name": member.last_name,
        "district_name": riding.name,
        "elected_office": "MP",
        "party_name": member.party,
        "email": f"{member.last_name.lower()}@parl.example.ca",
        "url": f"https://parl.example.ca/members/{riding.id}",
        "personal_url": "",
        "photo_url": "",
        "source_url": "https://parl.example.ca/members",
        "gender": "",
        "offices": [_office(one) for one in member.offices],
        "extra": {"preferred_languages": list(member.languages)},
        "representative_set_name": "House of Commons",
        "related": {
            "representative_set_url": "/representative-sets/house-of-commons/",
            "boundary_url": f"/boundaries/{CURRENT_SET}/{riding.id}/",
        },
    }


def _office(office: Office) -> dict[str, str]:
    """What is not known of an office is not there."""
    shown = {"type": office.kind, "postal": office.postal}
    return {**shown, "tel": office.tel} if office.tel else shown


def boundary(riding: Riding, boundary_set: str = CURRENT_SET) -> dict[str, Any]:
    """A riding's boundary as it stands in lists."""
    return {
        "url": f"/boundaries/{boundary_set}/{riding.id}/",
        "name": riding.name,
        "boundary_set_name": SET_NAMES[boundary_set],
        "external_id": riding.id,
        "related": {"boundary_set_url": f"/boundary-sets/{boundary_set}/"},
    }


def postal_code(code: PostalCode, sets: frozenset[str] | None = None) -> dict[str, Any]:
    """What Represent says of a postal code, of the named boundary sets only where some are named."""
    ridings = [RIDINGS[one] for one in code.ridings]
    listed = [boundary(one) for one in ridings] if code.kind == SPANNING else []
    if code.kind == SUPERSEDED:
        listed = [boundary(RIDINGS["35904"], SUPERSEDED_SET)]
    around = [] if code.kind == SPANNING else [boundary(one) for one in ridings]
    seated = [member for member in map(member_of, ridings) if member]
    longitude, latitude = MIDDLES.get(code.province, SOMEWHERE_ELSE)
    answer = {
        "code": code.code,
        "city": code.city,
        "province": code.province,
        "centroid": {"type": "Point", "coordinates": [longitude, latitude]},
        "boundaries_concordance": _of_sets([*listed, *_local(code, "concordance")], sets),
        "boundaries_centroid": _of_sets([*around, *_local(code, "centroid")], sets),
    }
    name = "representatives_concordance" if code.kind == SPANNING else "representatives_centroid"
    current = sets is None or CURRENT_SET in sets
    return {**answer, name: seated} if seated and current else answer


def _local(code: PostalCode, kind: str) -> Iterable[dict[str, Any]]:
    """A boundary that is not federal, as every real answer has some."""
    if kind == "concordance":
        return
    slug = f"{code.province.lower()}-electoral-districts"
    yield {
        "url": f"/boundaries/{slug}/{code.city.lower().replace(' ', '-')}-centre/",
        "name": f"{code.city} Centre",
        "boundary_set_name": f"{code.province} electoral district",
        "external_id": "101",
        "related": {"boundary_set_url": f"/boundary-sets/{slug}/"},
    }


def _of_sets(boundaries: list[dict[str, Any]], sets: frozenset[str] | None) -> list[dict[str, Any]]:
    if sets is None:
        return boundaries
    return [one for one in boundaries if one["related"]["boundary_set_url"].split("/")[2] in sets]
