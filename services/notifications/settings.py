"""What can be set for `notifications`."""

from dataclasses import dataclass
from datetime import timedelta

from marshmallow import ValidationError

from services.notifications.domain.delivery import Patience
from shared.privacy.addresses import AddressIsInvalid, email_address
from shared.reaching.quiet_hours import QuietHours, quiet_hours
from shared.settings import above_zero, address, count, hours_of_quiet, setting, telephone, whole_number


def sender_of_texts(text: str) -> str:
    """A telephone number in E.164, or a short code as it is."""
    is_short_code = text.isascii() and text.isdigit() and len(text) in (5, 6)
    return text if is_short_code else telephone(text)


def mailbox(text: str) -> str:
    """An e-mail address."""
    try:
        return email_address(text)
    except AddressIsInvalid:
        raise ValidationError("is not an e-mail address such as actions@example.ca") from None


def lease_in_seconds(text: str) -> int:
    """A lease in seconds, long enough to wait, to connect and to be answered."""
    seconds = whole_number(text)
    if seconds < 15:
        raise ValidationError("is not at least 15")
    return seconds


def filled(text: str) -> str:
    """Some words, on one line."""
    words = " ".join(text.split())
    if not words:
        raise ValidationError("is empty")
    return words


@dataclass(frozen=True)
class NotificationsSettings:
    """The carriers, who we are, and when and how fast we write."""

    twilio_account_sid: str = setting("The Twilio account that texts and calls.")
    twilio_auth_token: str = setting("Its auth token; webhooks are verified with it too.", secret=True)
    twilio_text_from: str = setting("The number that texts come from, as +14165550100.", read=sender_of_texts)
    sendgrid_api_key: str = setting("The key of the SendGrid account that e-mails.", secret=True)
    sendgrid_webhook_public_key: str = setting(
        "SendGrid's public key (Mail Settings, Event Webhook), with which its events are verified."
    )
    email_from: str = setting("The address that e-mails come from; its domain is authenticated.", read=mailbox)
    organization_name: str = setting("Who writes: in front of every text, and below every e-mail.", read=filled)
    organization_address: str = setting(
        "Its postal address, which CASL wants below every e-mail; a post office box will do.", read=filled
    )
    twilio_messaging_service_sid: str = setting(
        "The Messaging Service that texts go through; without one they go from the number itself.", default=""
    )
    twilio_url: str = setting(
        "Where Twilio's API is; the sandbox's address in a rehearsal.", read=address, default="https://api.twilio.com"
    )
    sendgrid_url: str = setting(
        "Where SendGrid's API is; the sandbox's address in a rehearsal.",
        read=address,
        default="https://api.sendgrid.com",
    )
    quiet_hours: QuietHours = setting(
        "When announcements wait, on the clocks of the supporter's province: `21:00-09:00`, or `none`.",
        read=hours_of_quiet,
        default=quiet_hours("21:00-09:00"),
    )
    texts_per_second: float = setting(
        "How many texts a second the sender may send: 1 for a long code, 3 for a toll-free number, 100 for a short "
        "code.",
        read=above_zero,
        default=1.0,
    )
    text_connections: int = setting(
        "How many texts a worker sends at the same time; fewer where Twilio answers that there are too many at once.",
        read=count,
        default=32,
    )
    letters_per_second: float = setting(
        "How many letters a second one target's mailbox gets at most.", read=above_zero, default=10.0
    )
    delivery_lease_seconds: int = setting(
        "How long a message may be in a worker's hands before another asks what became of it: at least 15.",
        read=lease_in_seconds,
        default=60,
    )
    email_silence_seconds: int = setting(
        "How long SendGrid may be silent about an e-mail that it may have taken, while it tells of others, before the "
        "e-mail is sent again.",
        read=count,
        default=900,
    )
    text_receipt_seconds: int = setting(
        "How long nothing may be heard of a text before Twilio is asked about it; Twilio tells each status only once.",
        read=count,
        default=900,
    )

    @property
    def patience(self) -> Patience:
        """How long is waited for what. What is still unsent after a third of its lease is put back."""
        lease = timedelta(seconds=self.delivery_lease_seconds)
        return Patience(
            lease=lease,
            start_within=lease / 3,
            ask_after=lease,
            silence=timedelta(seconds=self.email_silence_seconds),
            receipt_late=timedelta(seconds=self.text_receipt_seconds),
        )

    @property
    def timeout_seconds(self) -> float:
        """How long a provider may take to answer: with a third for waiting before, it is over when the lease is."""
        return self.delivery_lease_seconds / 3
