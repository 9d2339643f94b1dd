"""The vendors' real SDKs, pointed at a sandbox by nothing but its address."""

from typing import Any

import sendgrid
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.fixtures.application import Request
from tests.fixtures.sandbox import Sandbox

TEXT_FROM = "+14165550100"
CALL_FROM = "+14165550101"
PHONE = "+14165550142"
OFFICE = "+16135550160"


def twilio(sandbox: Sandbox) -> Any:
    """Twilio's client."""
    account = sandbox.settings["GROUNDSWELL_TWILIO_ACCOUNT_SID"], sandbox.settings["GROUNDSWELL_TWILIO_AUTH_TOKEN"]
    client = Client(*account)
    client.api.base_url = sandbox.url
    return client


def mail_client(sandbox: Sandbox) -> Any:
    """SendGrid's client."""
    return sendgrid.SendGridAPIClient(sandbox.settings["GROUNDSWELL_SENDGRID_API_KEY"], host=sandbox.url)


def signed_by_twilio(request: Request, sandbox: Sandbox) -> bool:
    """Whether Twilio's own validator takes a request for Twilio's."""
    validator = RequestValidator(sandbox.settings["GROUNDSWELL_TWILIO_AUTH_TOKEN"])
    return bool(validator.validate(request.url, request.form, request.headers["X-Twilio-Signature"]))
