"""Keyed fingerprints: whether two people are the same, without saying who they are."""

import hmac

from shared.privacy.addresses import canonical_email


class Fingerprints:
    """Turns canonical addresses into supporter ids, alike in every service that has the same pepper."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def supporter_id(self, *, email: str | None, phone: str | None) -> str:
        """Who somebody is: by their e-mail where there is one, by their E.164 number otherwise."""
        if email:
            return self._fingerprint(f"email:{canonical_email(email)}")
        if phone:
            return self.of_phone(phone)
        raise ValueError("a supporter has an e-mail address or a telephone number")

    def of_phone(self, phone: str) -> str:
        """The fingerprint of an E.164 number, which finds the supporter who answers a text."""
        return self._fingerprint(f"phone:{phone}")

    def of(self, kind: str, text: str) -> str:
        """The fingerprint of anything else that must be compared but not kept, such as an address block."""
        return self._fingerprint(f"{kind}:{text}")

    def _fingerprint(self, text: str) -> str:
        return hmac.digest(self._pepper, text.encode(), "sha256").hex()[:32]
