"""The public pages of gatherings: what is to come, one gathering, and the answer to who is coming."""

from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.events.domain.attendance import Headcount
from services.events.domain.gathering import Gathering, State
from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from services.events.web.guests import Attend, welcome
from services.events.web.schemas import GuestSchema
from services.events.web.shown import show
from shared.clock import Clock
from shared.database import Database
from shared.web.guard import public
from shared.web.languages import request_language
from shared.web.problems import known_problem
from shared.web.reading import read_form


def make_pages(database: Database, clock: Clock, attend: Attend) -> Blueprint:
    """`/events` and below."""
    pages = Blueprint("events", __name__, template_folder="templates")

    @pages.get("/events")
    @public
    def coming_up() -> str:
        with database.transaction() as transaction:
            gatherings = Gatherings(transaction).to_come(clock())
        cities = sorted({one.place.city for one in gatherings if one.place.city})
        city = request.args.get("city", "")
        shown = [show(one, request_language()) for one in gatherings if city in ("", one.place.city)]
        days = [(day, list(group)) for day, group in groupby(shown, key=lambda one: one.day)]
        choices = [("", gettext("everywhere")), *((one, one) for one in cities)]
        return render_template("events/coming_up.html", days=days, cities=choices, city=city)

    @pages.get("/events/<slug>")
    @public
    def gathering(slug: str) -> str:
        return page_of(slug, {}, {})

    @pages.post("/events/<slug>/attend")
    @public
    def attend_gathering(slug: str) -> ResponseReturnValue:
        values, problems = read_form(GuestSchema())
        if problems:
            return page_of(slug, values, problems), 422
        welcome(values, slug, attend)
        return redirect(url_for(".thanks", slug=slug), 303)

    @pages.get("/events/<slug>/thanks")
    @public
    def thanks(slug: str) -> str:
        found, _ = look_up(slug)
        return render_template("events/thanks.html", shown=show(found, request_language()))

    def page_of(slug: str, values: dict[str, Any], problems: dict[str, list[str]]) -> str:
        found, coming = look_up(slug)
        return render_template(
            "events/gathering.html",
            shown=show(found, request_language()),
            values={"language": request_language()} | values,
            problems=problems,
            coming=coming.in_public,
            is_full=found.is_full(coming.total),
            is_over=found.is_over(clock()),
            is_to_come=found.is_to_come(clock()),
        )

    def look_up(slug: str) -> tuple[Gathering, Headcount]:
        with database.transaction() as transaction:
            found = Gatherings(transaction).get(slug)
            coming = Attendances(transaction).headcount(slug)
        if found is None or found.state == State.DRAFT:
            raise known_problem(404)
        return found, coming

    return pages
