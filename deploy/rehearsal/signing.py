"""Has the invented people sign, many at once, through the API that embedded forms use."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from deploy.rehearsal.people import Supporter

AT_ONCE = 16
TIMEOUT_SECONDS = 60
SIGNED = 201
WORDING = "2026-11"


def sign_all(public_url: str, petition: str, people: Sequence[Supporter]) -> int:
    """Have everybody sign; how many were answered that they did."""
    with requests.Session() as session, ThreadPoolExecutor(AT_ONCE) as threads:
        session.mount("http://", HTTPAdapter(pool_maxsize=AT_ONCE))
        address = f"{public_url}/petitions/{petition}/signatures"
        return sum(threads.map(partial(_sign, session, address), people))


def total_of(public_url: str, petition: str) -> int:
    """The total that the petition's page shows."""
    answer = requests.get(f"{public_url}/petitions/{petition}/count.json", timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    return int(answer.json()["total"])


def _sign(session: requests.Session, address: str, person: Supporter) -> bool:
    return session.post(address, json=signature_of(person), timeout=TIMEOUT_SECONDS).status_code == SIGNED


def signature_of(person: Supporter) -> dict[str, Any]:
    """What somebody sends to sign."""
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "postal_code": person.postal_code,
        "language": person.language,
        "consents": {
            "email": person.consent_email,
            "text": person.consent_text,
            "call": person.consent_call,
            "wording": WORDING,
            "language": person.language,
        },
    }
