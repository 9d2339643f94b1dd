"""Represent by Open North: who sits in the House of Commons, and the ridings around a postal code.

https://represent.opennorth.ca/api/ allows 60 requests a minute and answers 503 beyond; a page has at most 1000 objects.
Of a postal code it gives two lists, and both may hold boundaries of superseded sets; a member hangs on the current one.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import urllib3

from services.calls.domain.directory import Boundary, Office, Representative, Riding, Snapshot
from services.calls.providers.ports import TryLater
from shared.observability.providers import measured
from shared.privacy.addresses import AddressIsInvalid, phone_number

HOUSE_OF_COMMONS = "/representative-sets/house-of-commons/"
MEMBERS = "/representatives/house-of-commons/?limit=1000"
TIMEOUT = urllib3.Timeout(connect=3, read=10)
MOST_PAGES = 50
_BOUNDARY = re.compile(r"/boundaries/(?P<set>[^/]+)/(?P<id>[^/]+)/?")
_BOUNDARY_SET = re.compile(r"/boundary-sets/(?P<set>[^/]+)/?")
_EXTENSION = re.compile(r"(?i)[\s,;]*(?:extension|ext\.?|poste|x)\s*(?P<digits>\d{1,6})\s*$")
_REPRESENTATIVE_LISTS = ("representatives_centroid", "representatives_concordance")
_BOUNDARY_LISTS = ("boundaries_centroid", "boundaries_concordance")


class RepresentApi:
    """The real one, or a server that speaks alike. Connects when first asked, so after any fork."""

    def __init__(self, url: str) -> None:
        self.source = url
        self._pool = urllib3.PoolManager(maxsize=4, retries=False, timeout=TIMEOUT)

    def representatives(self) -> Snapshot:
        """Every sitting member with their offices. Raises `TryLater`."""
        with measured("represent", "representatives"):
            found = [(member, _boundary_of(member)) for member in self._pages(MEMBERS)]
        seated = [(member, boundary) for member, boundary in found if boundary]
        if not seated:
            raise TryLater("Represent lists no member with a riding")
        current = Counter(boundary.boundary_set for _, boundary in seated).most_common(1)[0][0]
        people = {
            boundary.riding.id: _representative(member, boundary.riding)
            for member, boundary in seated
            if boundary.boundary_set == current
        }
        return Snapshot(boundary_set=current, representatives=tuple(people[id_] for id_ in sorted(people)))

    def boundaries_of(self, postal_code: str) -> Sequence[Boundary]:
        """What both of its lists say of a postal code; nothing for a code it does not know. Raises `TryLater`."""
        with measured("represent", "postal_code"):
            answer = self._get(f"/postcodes/{postal_code}/")
        if answer is None:
            return []
        members = [one for name in _REPRESENTATIVE_LISTS for one in answer.get(name, []) if _is_federal(one)]
        seated = [boundary for boundary in map(_boundary_of, members) if boundary]
        around = [_boundary(one) for name in _BOUNDARY_LISTS for one in answer.get(name, [])]
        return [*seated, *(boundary for boundary in around if boundary)]

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        following: str | None = path
        for _ in range(MOST_PAGES):
            if following is None:
                return
            page = self._get(following)
            if page is None or "objects" not in page:
                raise TryLater("Represent answers no list of representatives")
            yield from page["objects"]
            following = page.get("meta", {}).get("next")

    def _get(self, path: str) -> dict[str, Any] | None:
        """An answer's JSON; None for 404. The path stays out of what is raised, as it may hold a postal code."""
        try:
            response = self._pool.request("GET", self.source + path, headers={"Accept": "application/json"})
        except urllib3.exceptions.HTTPError as error:
            raise TryLater(f"Represent does not answer: {type(error).__name__}") from None
        if response.status == 404:
            return None
        if response.status != 200:
            raise TryLater(f"Represent answers {response.status}")
        try:
            answer = orjson.loads(response.data)
        except orjson.JSONDecodeError:
            raise TryLater("Represent answers something else than JSON") from None
        if not isinstance(answer, dict):
            raise TryLater("Represent answers something else than an object")
        return answer


def telephone(text: str) -> tuple[str | None, str]:
    """An office's number in E.164 and its extension; no number where the text holds none that can be dialled."""
    extension = _EXTENSION.search(text)
    try:
        number = phone_number(text[: extension.start()] if extension else text)
    except AddressIsInvalid:
        return None, ""
    return number, extension["digits"] if extension else ""


def _representative(member: dict[str, Any], riding: Riding) -> Representative:
    return Representative(
        name=member["name"],
        riding=riding,
        offices=tuple(_office(office) for office in member.get("offices") or []),
        party=member.get("party_name") or "",
    )


def _office(office: dict[str, Any]) -> Office:
    number, extension = telephone(office.get("tel") or "")
    place = (office.get("postal") or "").replace("\n", ", ")
    return Office(kind=office.get("type") or "", number=number, extension=extension, place=place)


def _is_federal(member: dict[str, Any]) -> bool:
    related = member.get("related") or {}
    return str(related.get("representative_set_url")) == HOUSE_OF_COMMONS


def _boundary_of(member: dict[str, Any]) -> Boundary | None:
    """The riding that a member sits for; None where Represent has lost it."""
    match = _BOUNDARY.fullmatch(str((member.get("related") or {}).get("boundary_url")))
    if match is None:
        return None
    return Boundary(boundary_set=match["set"], riding=Riding(id=match["id"], name=member["district_name"]))


def _boundary(boundary: dict[str, Any]) -> Boundary | None:
    place = _BOUNDARY.fullmatch(str(boundary.get("url")))
    owner = _BOUNDARY_SET.fullmatch(str((boundary.get("related") or {}).get("boundary_set_url")))
    if place is None or owner is None:
        return None
    return Boundary(boundary_set=owner["set"], riding=Riding(id=place["id"], name=str(boundary.get("name"))))
