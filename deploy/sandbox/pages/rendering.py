"""Turns templates into pages that need nothing from elsewhere and run no script but our own."""

import time
from typing import Any
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, PackageLoader

from deploy.sandbox.numbers import readable
from deploy.sandbox.represent.directory import OFFICE_NUMBERS

ROOT = "/sandbox"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def clock(timestamp: float) -> str:
    """A time of day, on this machine's clock."""
    return time.strftime("%H:%M", time.localtime(timestamp))


def owner(number: str) -> str:
    """Whose telephone it is, where it is an office's; nothing otherwise."""
    if number not in OFFICE_NUMBERS:
        return ""
    riding, office = OFFICE_NUMBERS[number]
    place = "Ottawa" if office.kind == "legislature" else riding.name
    return f"Office of {riding.member.name if riding.member else riding.name}, {place}"


def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("deploy.sandbox.pages"), autoescape=True, trim_blocks=True)
    environment.filters |= {"readable": readable, "clock": clock, "owner": owner, "path": lambda text: quote(text, "")}
    environment.globals["root"] = ROOT
    return environment


_TEMPLATES = _environment()


def page(template: str, **context: Any) -> web.Response:
    """A page from a template."""
    text = _TEMPLATES.get_template(template).render(**context)
    return web.Response(text=text, content_type="text/html", headers=HEADERS)


def back_to(path: str) -> web.HTTPSeeOther:
    """After a form: to a page of the sandbox."""
    return web.HTTPSeeOther(path if path.startswith(f"{ROOT}/") else f"{ROOT}/", headers={"Cache-Control": "no-store"})
