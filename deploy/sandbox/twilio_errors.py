"""Twilio's error codes: what its API refuses, what it reports of a text, and what it notes about a webhook or TwiML.

Source: https://www.twilio.com/docs/api/errors, one page a code.
"""

from typing import Any

# Codes with which a request is refused: (HTTP status, text). A text names what it complains of where it has a {}.
REFUSALS: dict[int, tuple[int, str]] = {
    10004: (429, "Call concurrency limit exceeded"),
    20001: (400, "Invalid parameter: {}"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot delete this resource before it is complete"),
    20404: (404, "The requested resource {} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service Unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {}"),
    21208: (400, "Invalid Timeout: {}"),
    21210: (400, "The source phone number provided, {}, is not yet verified for your account"),
    21211: (400, "The 'To' number {} is not a valid phone number."),
    21212: (400, "The 'From' number {} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21213: (400, "A 'From' phone number is required."),
    21214: (400, "The phone number you are attempting to call, {}, cannot be reached."),
    21215: (400, "Account not authorized to call {}."),
    21216: (400, "Account not allowed to call {}."),
    21218: (400, "Invalid ApplicationSid: {}"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same: {}"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number {} is not a valid, SMS-capable inbound phone number or short code for your account.",
    ),
    21609: (400, "The 'StatusCallback' URL {} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number: {}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21619: (400, "A text message body or media urls must be specified."),
    21620: (400, "Invalid media URL: {}"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21626: (400, "Invalid 'StatusCallbackEvent': {}"),
    21701: (404, "The Messaging Service {} does not exist"),
    21705: (400, "The Messaging Service Sid {} is invalid"),
    30400: (400, "Parameters are not valid"),
    30409: (409, "This message cannot be canceled"),
    35111: (400, "SendAt timestamp is missing"),
    35112: (400, "ScheduleType is missing"),
    35113: (400, "Unsupported ScheduleType value"),
    35114: (400, "SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive."),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
}

# Codes that a text ends with.
OUTCOMES: dict[int, str] = {
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}

# Codes that Twilio's console shows about webhooks and documents.
NOTES: dict[int, str] = {
    11100: "Invalid URL format",
    11200: "HTTP retrieval failure",
    11205: "HTTP connection failure",
    12100: "Document parse failure",
    12200: "Schema validation warning",
    12300: "Invalid Content-Type",
    13214: "Dial: Invalid callerId value",
    13224: "Dial: Twilio does not support calling this number or the number is invalid",
    13313: "Gather: Invalid timeout value",
    15003: "Call Progress: Warning Response to Callback URL",
    21610: "Attempt to send to unsubscribed recipient",
}


class TwilioRefusal(Exception):
    """A request that Twilio would refuse: the code, the HTTP status and the text of its answer."""

    def __init__(self, code: int, about: str = "") -> None:
        status, text = REFUSALS[code]
        super().__init__(text.format(about))
        self.code = code
        self.status = status

    def as_twilio(self) -> dict[str, Any]:
        """The body of the answer."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": str(self), "more_info": more, "status": self.status}


def text_of(code: int) -> str:
    """What an outcome or a note says."""
    return OUTCOMES.get(code) or NOTES.get(code) or REFUSALS.get(code, (0, "Unknown error"))[1]
