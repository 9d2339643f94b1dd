"""Which addresses Twilio takes for a webhook."""

from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(maxsize=4096)
def is_web_address(text: str) -> bool:
    """Whether this is an http address with a host in it. Twilio takes no underscore in a host's name."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "_" not in (parts.hostname or "")
