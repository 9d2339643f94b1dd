"""Links in messages: signed, so that nobody can make one up, and without anything personal in them."""

from functools import lru_cache

from itsdangerous import BadSignature, Signer

from shared.settings import CoreSettings

_CALL_ME = "call-me"
_UNSUBSCRIBE = "unsubscribe"


def call_me_link(settings: CoreSettings, supporter_id: str, call_campaign: str) -> str:
    """The address that asks to be rung for a call campaign, for one supporter."""
    token = _signer(settings.secret_key, _CALL_ME).sign(f"{supporter_id}.{call_campaign}")
    return f"{settings.public_url}/call-me/{token.decode()}"


def read_call_me(settings: CoreSettings, token: str) -> tuple[str, str] | None:
    """The supporter's id and the call campaign's slug in such a link; None where nobody here signed it."""
    try:
        signed = _signer(settings.secret_key, _CALL_ME).unsign(token).decode()
    except (BadSignature, ValueError):
        return None
    supporter_id, _, call_campaign = signed.partition(".")
    return supporter_id, call_campaign


def unsubscribe_link(settings: CoreSettings, supporter_id: str) -> str:
    """The address that ends e-mail to one supporter; a mail program may post to it without asking (RFC 8058)."""
    token = _signer(settings.secret_key, _UNSUBSCRIBE).sign(supporter_id)
    return f"{settings.public_url}/unsubscribe/{token.decode()}"


def read_unsubscribe(settings: CoreSettings, token: str) -> str | None:
    """The supporter's id in such a link; None where nobody here signed it. It holds for ever."""
    try:
        return _signer(settings.secret_key, _UNSUBSCRIBE).unsign(token).decode()
    except (BadSignature, ValueError):
        return None


@lru_cache(maxsize=8)
def _signer(secret_key: str, purpose: str) -> Signer:
    # What is signed stands in the link as it is: ids and slugs, which need no encoding, and a short link costs less.
    return Signer(secret_key, salt=f"groundswell {purpose}")
