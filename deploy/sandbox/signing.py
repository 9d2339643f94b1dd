"""The signatures on what the sandbox posts: Twilio's HMAC over address and form, SendGrid's ECDSA over the raw body."""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def twilio_signature(auth_token: bytes, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature of a webhook: the full address, then every field by name."""
    signed = url + "".join([name + form[name] for name in sorted(form)])
    return base64.b64encode(hmac.digest(auth_token, signed.encode(), "sha1")).decode()


def signed_request(
    auth_token: bytes, method: str, url: str, form: Mapping[str, str], token: str
) -> tuple[str, str, dict[str, str], bytes]:
    """Method, address, headers and body of a webhook; `token` marks the repetitions of one.

    A GET carries its form in the address, which is then what is signed. A fragment is Twilio's own and stays with it.
    """
    address, body = url.partition("#")[0], b""
    if method == "GET":
        address += ("&" if "?" in address else "?") + urlencode(form)
        form = {}
    else:
        body = urlencode(form).encode()
    headers = {
        "X-Twilio-Signature": twilio_signature(auth_token, address, form),
        "I-Twilio-Idempotency-Token": token,
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    return method, address, headers, body


def event_signature(key: ec.EllipticCurvePrivateKey, timestamp: str, body: bytes) -> str:
    """X-Twilio-Email-Event-Webhook-Signature of a batch of events."""
    return base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half, in the base64 that SendGrid's console shows."""
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(encoded).decode()
