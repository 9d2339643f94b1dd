"""Where an organizer goes after signing in: the page they asked for, if it is one of ours."""

import re
from urllib.parse import unquote, urlsplit

HOME = "/console"
# A browser takes a backslash for a slash, and drops tabs and line breaks.
_LOCAL = re.compile(r"/console(?:[/?][^\\\s\x00-\x1f\x7f]*)?")
_NOWHERE = ("/console/sign-in", "/console/sign-out")


def local_page(asked: str | None) -> str:
    """The page if it is a page of the console, and its home otherwise."""
    page = asked or ""
    if not _LOCAL.fullmatch(page) or not _LOCAL.fullmatch(unquote(page)):
        return HOME
    return HOME if urlsplit(page).path.startswith(_NOWHERE) else page
