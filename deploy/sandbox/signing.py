"""The signatures on what the sandbox posts: Twilio's HMAC over address and form, SendGrid's ECDSA over the raw body."""

import base64
import hmac
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def twilio_signature(auth_token: bytes, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature of a webhook: the full address, then every field by name."""
    signed = url + "".join([name + form[name] for name in sorted(form)])
    return base64.b64encode(hmac.digest(auth_token, signed.encode(), "sha1")).decode()


def event_signature(key: ec.EllipticCurvePrivateKey, timestamp: str, body: bytes) -> str:
    """X-Twilio-Email-Event-Webhook-Signature of a batch of events."""
    return base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half, in the base64 that SendGrid's console shows."""
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(encoded).decode()
