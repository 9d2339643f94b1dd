"""The sign-in page, signing out, and the home of the console."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from math import ceil

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from services.organizers.domain.throttle import TooManyTries
from services.organizers.use_cases.sign_in import SignedIn, SignIn, WrongEmailOrPassword
from services.organizers.web.next_page import local_page
from shared.clock import Clock
from shared.web import guard
from shared.web.guard import Organizer, current_organizer, visitor

# Longer than any address and any password; what comes after that is not looked at.
_LONGEST_TYPED = 1000


def session_pages(sign_in: SignIn, clock: Clock) -> Blueprint:
    """`/console`, `/console/sign-in` and `/console/sign-out`."""
    pages = Blueprint("organizers", __name__, template_folder="templates", url_prefix="/console")
    # Whatever is served together with this service asks it whether a session still holds.
    pages.record_once(lambda state: guard.check_sessions(state.app.extensions, sign_in.is_open))

    @pages.get("/sign-in")
    @visitor
    def ask() -> ResponseReturnValue:
        following = local_page(request.args.get("next"))
        if guard.signed_in():
            return redirect(following, 303)
        return render_template("organizers/sign_in.html", following=following, email="", problem=None)

    @pages.post("/sign-in")
    @visitor
    def begin() -> ResponseReturnValue:
        email = request.form.get("email", "").strip()[:_LONGEST_TYPED]
        following = local_page(request.form.get("next"))
        try:
            begun = sign_in.sign_in(email, request.form.get("password", "")[:_LONGEST_TYPED], _place())
        except WrongEmailOrPassword:
            problem, status = gettext("The e-mail address or the password is wrong."), 401
        except TooManyTries as reason:
            problem, status = _wait(reason.until, clock()), 429
        else:
            _remember(begun)
            return redirect(following, 303)
        return render_template("organizers/sign_in.html", following=following, email=email, problem=problem), status

    @pages.post("/sign-out")
    def end() -> ResponseReturnValue:
        sign_in.sign_out(session["session_id"], current_organizer().id)
        guard.sign_out()
        return redirect("/console/sign-in", 303)

    @pages.get("")
    def home() -> str:
        return render_template("organizers/home.html", organizer=current_organizer())

    return pages


def _remember(begun: SignedIn) -> None:
    guard.sign_in(Organizer(begun.organizer_id, begun.name, begun.role.value), begun.at, begun.session_id)


def _place() -> str:
    """Where the request comes from: one host, or the block that one subscriber has in IPv6."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _wait(until: datetime, now: datetime) -> str:
    minutes = max(1, ceil((until - now).total_seconds() / 60))
    return str(
        ngettext(
            "Too many tries. Please wait %(num)s minute, then try again.",
            "Too many tries. Please wait %(num)s minutes, then try again.",
            minutes,
        )
    )
