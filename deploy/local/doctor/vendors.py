"""Whether the vendors' credentials have the right shape, and their addresses are reachable. Nothing is sent there."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from deploy.local.doctor.finding import Finding, Patient, well, wrong
from deploy.local.readiness import accepts_connections

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
AUTH_TOKEN = re.compile(r"[0-9a-fA-F]{32}")
API_KEY = re.compile(r"SG\.[\w-]+\.[\w-]+", re.ASCII)
# (setting, its shape, what the shape is in words, where it is found)
CREDENTIALS = (
    ("TWILIO_ACCOUNT_SID", ACCOUNT_SID, "AC and 32 hex digits", "copy it from Twilio's console"),
    ("TWILIO_AUTH_TOKEN", AUTH_TOKEN, "32 hex digits", "copy it from Twilio's console"),
    ("SENDGRID_API_KEY", API_KEY, "SG.….…", "make one in SendGrid, Settings, API Keys"),
)
ADDRESSES = (
    ("Twilio", "TWILIO_URL", "https://api.twilio.com"),
    ("SendGrid", "SENDGRID_URL", "https://api.sendgrid.com"),
    ("Represent", "REPRESENT_URL", "https://represent.opennorth.ca"),
)
PORTS = {"http": 80, "https": 443}


def look_at_vendors(patient: Patient) -> Iterator[Finding]:
    """Each credential, then each address."""
    for name, shape, words, advice in CREDENTIALS:
        yield _credential(f"GROUNDSWELL_{name}", patient, shape, words, advice)
    for vendor, name, default in ADDRESSES:
        yield _address(vendor, patient.settings.get(f"GROUNDSWELL_{name}", default), patient)


def _credential(name: str, patient: Patient, shape: re.Pattern[str], words: str, advice: str) -> Finding:
    value = patient.settings.get(name, "")
    if not value:
        return wrong(name, "it is not set", advice)
    if not shape.fullmatch(value):
        return wrong(name, f"it does not look like one ({words})", advice)
    return well(name, "it looks like one")


def _address(vendor: str, url: str, patient: Patient) -> Finding:
    parts = urlsplit(url)
    port = parts.port or PORTS.get(parts.scheme)
    if not parts.hostname or not port:
        return wrong(vendor, f"{url} is not an address", "write http://host:port or https://host")
    if not accepts_connections(parts.hostname, port):
        is_ours = patient.settings.get("LOCAL_SANDBOX_URL") == url
        advice = patient.start_it if is_ours else "check the network and the address"
        return wrong(vendor, f"nothing answers at {url}", advice)
    return well(vendor, f"something answers at {url}")
