"""Links that hand a petition on."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask_babel import Babel

from services.signatures.web.sharing import Share, shares

ADDRESS = "https://example.ca/petitions/fix-pgwp"


@pytest.fixture
def links() -> dict[str, Share]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        return {share.where: share for share in shares("Permits & status: 100 % for all", ADDRESS)}


def test_each_link_carries_the_petitions_address(links: dict[str, Share]) -> None:
    asked = {where: parse_qs(urlsplit(share.link).query) for where, share in links.items()}

    assert asked["WhatsApp"]["text"][0].endswith(ADDRESS)
    assert asked["Facebook"]["u"] == [ADDRESS]
    assert asked["X"]["url"] == [ADDRESS]
    assert asked["E-mail"]["body"][0].endswith(ADDRESS)


def test_a_title_with_odd_characters_arrives_as_it_is(links: dict[str, Share]) -> None:
    asked = parse_qs(urlsplit(links["E-mail"].link).query)

    assert asked["subject"] == ["Permits & status: 100 % for all"]
    # Mail programs show a plus as it is.
    assert "+" not in links["E-mail"].link
