"""Links in messages: signed, so that nobody can make one up, and without anything personal in them."""

from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from shared.settings import CoreSettings

_CALL_ME = "call-me"
_UNSUBSCRIBE = "unsubscribe"


def call_me_link(settings: CoreSettings, supporter_id: str, call_campaign: str) -> str:
    """The address that asks to be rung for a call campaign, for one supporter."""
    token = _signer(settings.secret_key, _CALL_ME).dumps([supporter_id, call_campaign])
    return f"{settings.public_url}/call-me/{token if isinstance(token, str) else token.decode()}"


def read_call_me(settings: CoreSettings, token: str) -> tuple[str, str] | None:
    """The supporter's id and the call campaign's slug in such a link; None where nobody here signed it."""
    try:
        supporter_id, call_campaign = _signer(settings.secret_key, _CALL_ME).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return supporter_id, call_campaign


def unsubscribe_link(settings: CoreSettings, supporter_id: str) -> str:
    """The address that ends e-mail to one supporter; a mail program may post to it without asking (RFC 8058)."""
    token = _signer(settings.secret_key, _UNSUBSCRIBE).dumps(supporter_id)
    return f"{settings.public_url}/unsubscribe/{token if isinstance(token, str) else token.decode()}"


def read_unsubscribe(settings: CoreSettings, token: str) -> str | None:
    """The supporter's id in such a link; None where nobody here signed it. It holds for ever."""
    try:
        supporter_id = _signer(settings.secret_key, _UNSUBSCRIBE).loads(token)
    except BadSignature:
        return None
    return supporter_id if isinstance(supporter_id, str) else None


@lru_cache(maxsize=8)
def _signer(secret_key: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=f"groundswell {purpose}")
