"""Builds the Flask app for any set of services."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Request, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.clock import now
from shared.service import Assembly, Backbone, Service, assemble
from shared.settings import CoreSettings
from shared.web.announcing import announcement_choices
from shared.web.api import register_api, require_json
from shared.web.guard import public, register_guard, signed_in
from shared.web.languages import LANGUAGES, register_languages
from shared.web.markdown import markdown
from shared.web.middleware import FAILED, Surroundings
from shared.web.observing import register_observing
from shared.web.problems import PROGRAMS_ONLY, known_problem, register_problems

Part = tuple[Service, Backbone, Assembly]
STATIC = Path(__file__).parent / "static"


def create_app(parts: Sequence[Part], settings: CoreSettings, *, proxies: int = 0) -> Flask:
    """One app for the given services. `proxies` is how many trusted proxies stand in front of it."""
    app = _App(__name__)
    https = settings.public_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=https,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
    )
    app.extensions[PROGRAMS_ONLY] = frozenset(api.name for _, _, assembly in parts for api in assembly.api)
    clock = parts[0][1].clock if parts else now
    app.before_request(_raise_what_failed)
    app.before_request(_refuse_unreadable)
    register_guard(app, clock)
    app.before_request(_require_json)
    register_languages(app, [_translations(service) for service, _, _ in parts])
    _register_layout(app)
    services = _register_services(app, parts)
    register_observing(app, services, [backbone.database for _, backbone, _ in parts])
    register_problems(app)
    app.after_request(_keep_to_the_visitor)
    app.wsgi_app = Surroundings(_behind(proxies, app.wsgi_app), https=https)  # type: ignore[method-assign]
    return app


class _Sessions(SecureCookieSessionInterface):
    """Flask's own sessions; who brings no cookie has an empty one at once, without the makings of a signature."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request."""
        return super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()


class _App(Flask):
    """Flask, without what each request would pay for and none needs."""

    session_interface = _Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is. Nothing here is a coroutine; Flask would look at ten functions a request to see."""
        return func


def openapi_of(service: Service) -> dict[str, Any]:
    """The OpenAPI document of one service's API. Raises `SettingsAreWrong`."""
    _, assembly = assemble(service)
    spec: dict[str, Any] = register_api(Flask(__name__), service.name, assembly.api).spec.to_dict()
    return spec


def _register_services(app: Flask, parts: Sequence[Part]) -> dict[str, str]:
    """Serve every service's pages and APIs; which service each blueprint belongs to."""
    owners: dict[str, str] = {}
    for service, _, assembly in parts:
        for pages in assembly.pages:
            app.register_blueprint(pages)
        if assembly.api:
            register_api(app, service.name, assembly.api)
        owners |= {blueprint.name: service.name for blueprint in (*assembly.pages, *assembly.api)}
    return owners


def _register_layout(app: Flask) -> None:
    """What every template may use."""
    public(app.view_functions["static"])
    versions = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in STATIC.iterdir()}
    app.jinja_env.globals.update(
        asset=lambda name: f"/static/{name}?v={versions[name]}",
        csrf_field=_csrf_field,
        signed_in=signed_in,
        in_other_language=_in_other_language,
        in_this_language=_in_this_language,
        announcement_choices=announcement_choices,
    )
    app.jinja_env.filters["markdown"] = markdown


def _raise_what_failed() -> None:
    """Tell of what went wrong in a lane as of what goes wrong in a view."""
    failed: Exception | None = request.environ.get(FAILED)
    if failed:
        raise failed


def _refuse_unreadable() -> None:
    """Refuse an address that no view could look up: PostgreSQL takes no NUL."""
    environ = request.environ
    if "\0" in environ["PATH_INFO"] or "%00" in environ.get("QUERY_STRING", ""):
        raise known_problem(400)


def _require_json() -> None:
    if request.blueprint in current_app.extensions[PROGRAMS_ONLY]:
        require_json()


def _keep_to_the_visitor(response: Any) -> Any:
    """What is made for one visitor is not kept by anything between, unless a view says how long it may be."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _in_other_language(language: str) -> str:
    """The address of this page in another language."""
    arguments = {name: value for name, value in request.args.items() if name != "lang"} | {"lang": language}
    return f"{request.path}?{urlencode(arguments)}"


def _in_this_language(path: str) -> str:
    """A path of any service, served here or not; a language that was chosen by hand goes with it."""
    chosen = request.args.get("lang")
    return f"{path}?{urlencode({'lang': chosen})}" if chosen in LANGUAGES else path


def _behind(proxies: int, wsgi_app: Any) -> Any:
    return ProxyFix(wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else wsgi_app


def _translations(service: Service) -> Path:
    return service.migrations.parent / "web" / "translations"
