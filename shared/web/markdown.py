"""Markdown as safe HTML: organizers write it, supporters' browsers show it."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# Raw HTML stays text: what an organizer pastes is shown, never obeyed.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")
# A page has its own h1; a picture would tell a stranger's server who looks.
_TAGS = {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h2", "h3", "h4"}
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
_SCHEMES = {"https", "http", "mailto", "tel"}
_LOWER_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h5": "h4", "h6": "h4"}


def markdown(text: str | None) -> Markup:
    """HTML without anything that could run, load or disguise something."""
    tokens = _MARKDOWN.parse(text or "")
    for token in tokens:
        token.tag = _LOWER_HEADINGS.get(token.tag, token.tag)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    # What nh3 leaves is safe, which is what it is for.
    return Markup(  # noqa: S704
        nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener nofollow")
    )
