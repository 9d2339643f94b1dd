"""Who may do what: every view needs a signed-in organizer, unless it says otherwise.

The decorators go directly above the view function, below its route, and only leave a mark; the guard reads it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, request, session
from flask_babel import gettext
from flask_wtf.csrf import CSRFProtect

from shared.clock import Clock
from shared.identifiers import new_id
from shared.web.problems import Problem, known_problem, wants_page

V = TypeVar("V", bound=Callable[..., Any])

SESSION_LASTS = timedelta(hours=12)
SIGN_IN = "/console/sign-in"
# From the one that may most.
ROLES = ("owner", "organizer")
PUBLIC_BYTES = 64 * 1024
# SendGrid posts up to 1000 events at once; an organizer's petition comes in several languages.
WEBHOOK_BYTES = 2 * 1024 * 1024
CONSOLE_BYTES = 1024 * 1024
LARGEST_BYTES = max(PUBLIC_BYTES, WEBHOOK_BYTES, CONSOLE_BYTES)
csrf = CSRFProtect()


class Who(Enum):
    """Whom a view is for."""

    ANYBODY = "anybody"
    VISITOR = "visitor"
    VENDOR = "vendor"
    ORGANIZER = "organizer"


@dataclass(frozen=True)
class Access:
    """The mark on a view."""

    who: Who = Who.ORGANIZER
    role: str = "organizer"


@dataclass(frozen=True)
class Organizer:
    """Who is signed in."""

    id: str
    name: str
    role: str


def public(view: V) -> V:
    """Anybody may: no session, no CSRF, no cookie."""
    return _mark(view, Access(Who.ANYBODY))


def visitor(view: V) -> V:
    """Anybody may, with a session and CSRF: the sign-in page and no other."""
    return _mark(view, Access(Who.VISITOR))


def webhook(view: V) -> V:
    """A vendor may; the view itself verifies the vendor's signature."""
    return _mark(view, Access(Who.VENDOR))


def organizer_role(role: str) -> Callable[[V], V]:
    """Only a signed-in organizer with this role may."""
    if role not in ROLES:
        raise ValueError(f"there is no role {role}")
    return lambda view: _mark(view, Access(Who.ORGANIZER, role))


def access_of(view: Callable[..., Any], method: str) -> Access:
    """The mark on a view; without one, a signed-in organizer is needed."""
    view_class = getattr(view, "view_class", None)
    marked = getattr(view_class, method.lower(), view) if view_class else view
    access: Access = getattr(marked, _MARK, None) or getattr(view_class, _MARK, None) or Access()
    return access


def current_organizer() -> Organizer:
    """Who is signed in. Raises `Problem` 401 where nobody is."""
    organizer = signed_in()
    if organizer is None:
        raise known_problem(401)
    return organizer


def signed_in() -> Organizer | None:
    """Who is signed in, if anybody; a session ends twelve hours after it began, whatever is done in it."""
    if "organizer" not in g:
        # Nobody, until the session is checked; checking may fail, and the page that says so asks again.
        g.organizer = None
        known = session.get("organizer")
        if known and _is_fresh(session.get("began_at")) and _is_open(session.get("session_id")):
            g.organizer = Organizer(**known)
    organizer: Organizer | None = g.organizer
    return organizer


def check_sessions(extensions: dict[str, Any], is_open: Callable[[str], bool]) -> None:
    """Have the app of these extensions ask, once a request, whether a session was ended before its time.

    Only the service that keeps the sessions can say so; an app that is served without it trusts the cookie.
    """
    extensions["groundswell.is_open"] = is_open


def sign_in(organizer: Organizer, at: datetime, session_id: str | None = None) -> None:
    """Begin a session, with nothing of what was in the cookie before."""
    session.clear()
    session.permanent = True
    session["session_id"] = session_id or str(new_id())
    session["organizer"] = asdict(organizer)
    session["began_at"] = at.timestamp()
    g.pop("organizer", None)
    g.pop("csrf_token", None)


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.pop("organizer", None)


def register_guard(app: Flask, clock: Clock) -> None:
    """Check every request of the app."""
    app.extensions["groundswell.clock"] = clock
    app.config.update(
        MAX_CONTENT_LENGTH=PUBLIC_BYTES,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        # A cookie that is sent again with every answer would end twelve hours after the last request instead.
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_NAME="groundswell",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        # The session's own end is enough; a petition may take its organizer more than an hour to write.
        WTF_CSRF_TIME_LIMIT=None,
        # Browsers send no referrer, as our own Referrer-Policy forbids it.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    app.before_request(_guard)


def _guard() -> Response | None:
    """Let the request through, send a browser to the sign-in page, or raise `Problem`."""
    if request.endpoint is None:
        return None
    access = access_of(current_app.view_functions[request.endpoint], request.method)
    if access.who is Who.ANYBODY:
        return None
    if access.who is Who.VENDOR:
        g.vendor = True
        request.max_content_length = WEBHOOK_BYTES
        return None
    if access.who is Who.ORGANIZER:
        organizer = signed_in()
        if organizer is None:
            return _ask_to_sign_in()
        if ROLES.index(organizer.role) > ROLES.index(access.role):
            raise Problem(403, gettext("Not allowed"), gettext("This is for owners only. Ask one of them."))
        request.max_content_length = CONSOLE_BYTES
    csrf.protect()
    return None


def _ask_to_sign_in() -> Response:
    if request.method != "GET" or not wants_page():
        raise known_problem(401)
    here = request.full_path.rstrip("?")
    # Werkzeug's redirect is a response of its own kind; Flask takes either.
    return cast(Response, redirect(f"{SIGN_IN}?{urlencode({'next': here})}"))


def _is_fresh(began_at: float | None) -> bool:
    clock: Clock = current_app.extensions["groundswell.clock"]
    return began_at is not None and clock().timestamp() - began_at < SESSION_LASTS.total_seconds()


def _is_open(session_id: str | None) -> bool:
    is_open: Callable[[str], bool] | None = current_app.extensions.get("groundswell.is_open")
    return is_open is None or (session_id is not None and is_open(session_id))


def _mark(view: V, access: Access) -> V:
    setattr(view, _MARK, access)
    return view


_MARK = "groundswell_access"
