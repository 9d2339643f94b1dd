"""The public pages: what is on now, one petition, signing it, and the thanks."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.signatures.domain.consent_wording import CURRENT, consent_wording
from services.signatures.storage.petitions import CountedPetition, Petitions
from services.signatures.storage.recent_petitions import RecentPetitions
from services.signatures.web.letter import letter, letter_subject
from services.signatures.web.schemas import SigningForm, signing_on_page
from services.signatures.web.sharing import shares
from services.signatures.web.shown import Shown, seen_by_supporters, show
from services.signatures.web.signers import Sign, take
from shared.service import Backbone
from shared.web.guard import public
from shared.web.languages import request_language
from shared.web.reading import read_form

_FORM = SigningForm()


def make_pages(backbone: Backbone, recent: RecentPetitions, sign: Sign) -> Blueprint:
    """`/`, `/petitions` and below."""
    pages = Blueprint("signatures", __name__, template_folder="templates")

    @pages.get("/")
    @public
    def home() -> str:
        return render_template("signatures/home.html", petitions=open_petitions())

    @pages.get("/petitions")
    @public
    def listed() -> str:
        return render_template("signatures/petitions.html", petitions=open_petitions())

    @pages.get("/petitions/<slug>")
    @public
    def petition(slug: str) -> str:
        return page_of(look_up(slug), {"language": request_language()}, {})

    @pages.post("/petitions/<slug>/sign")
    @public
    def sign_petition(slug: str) -> ResponseReturnValue:
        values, problems = read_form(_FORM)
        if problems:
            return page_of(look_up(slug), values, problems), 422
        take(signing_on_page(values), slug, sign)
        return redirect(url_for(".thanks", slug=slug), 303)

    @pages.get("/petitions/<slug>/thanks")
    @public
    def thanks(slug: str) -> str:
        shown = show(look_up(slug), request_language())
        # Without a language: whoever is sent the link reads it in their own.
        address = f"{backbone.settings.public_url}/petitions/{slug}"
        others = [one for one in open_petitions() if one.petition.slug != slug]
        return render_template(
            "signatures/thanks.html",
            shown=shown,
            address=address,
            shares=shares(shown.text.title, address),
            others=others,
        )

    def page_of(counted: CountedPetition, values: dict[str, Any], problems: dict[str, list[str]]) -> str:
        shown = show(counted, request_language())
        return render_template(
            "signatures/petition.html",
            shown=shown,
            wording=consent_wording(request_language(), CURRENT),
            letter_subject=letter_subject(shown.petition, shown.text),
            letter=letter(shown.petition, shown.text),
            values=values,
            problems=problems,
        )

    def open_petitions() -> list[Shown]:
        with backbone.database.transaction() as transaction:
            return [show(one, request_language()) for one in Petitions(transaction).open()]

    def look_up(slug: str) -> CountedPetition:
        return seen_by_supporters(recent.find(slug))

    return pages
