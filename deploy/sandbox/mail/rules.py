"""What SendGrid's v3/mail/send takes: its shape, its limits and its reserved words.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send and .../limitations
"""

import time
from collections.abc import Collection
from typing import Any

from deploy.sandbox.mail.address_rules import check_address, check_people
from deploy.sandbox.mail.complaints import Complaints, refusal
from deploy.sandbox.mail.content_rules import check_attachments, check_content, check_subject

MOST_RECIPIENTS = 1000
MOST_CATEGORIES = 10
LONGEST_ARGUMENTS = 10_000
LATEST_SECONDS = 72 * 3600
RESERVED_HEADERS = frozenset(
    (
        *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"),
        *("to", "from", "subject", "reply-to", "cc", "bcc"),
    )
)
TOP = frozenset(
    (
        *("personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments", "template_id"),
        *("headers", "categories", "custom_args", "send_at", "batch_id", "asm", "ip_pool_name"),
        *("mail_settings", "tracking_settings"),
    )
)
PERSONAL = frozenset(
    (
        *("from", "to", "cc", "bcc", "subject", "headers", "substitutions", "custom_args", "send_at"),
        "dynamic_template_data",
    )
)
SETTINGS = frozenset(
    (
        *("bypass_list_management", "bypass_spam_management", "bypass_bounce_management"),
        *("bypass_unsubscribe_management", "footer", "sandbox_mode"),
    )
)
TRACKING = frozenset(("click_tracking", "open_tracking", "subscription_tracking", "ganalytics"))


def check_mail(mail: Any, email_domain: str | None, batches: Collection[str]) -> dict[str, Any]:
    """Check a request's JSON; returns it as it is. Raises `MailIsRefused`."""
    complaints = Complaints()
    if not isinstance(mail, dict):
        raise refusal(400, "Bad Request")
    complaints.an_object(mail, "request", TOP)
    _check_sender(mail, complaints)
    _check_personalizations(mail, complaints)
    check_content(mail, complaints)
    check_attachments(mail, complaints)
    _check_extras(mail, batches, complaints)
    complaints.raise_if_any()
    _check_domain(mail, email_domain)
    return mail


def _check_sender(mail: dict[str, Any], complaints: Complaints) -> None:
    if "from" not in mail:
        complaints.add("from", "The from object must be provided for every email send.")
    else:
        check_address(mail["from"], "from", complaints, is_sender=True)
    if "reply_to" in mail and "reply_to_list" in mail:
        complaints.add("reply_to_list", "Only one of reply_to and reply_to_list may be used.")
    if "reply_to" in mail:
        check_address(mail["reply_to"], "reply_to", complaints)
    if "reply_to_list" in mail:
        check_people(mail["reply_to_list"], "reply_to_list", complaints)


def _check_domain(mail: dict[str, Any], email_domain: str | None) -> None:
    senders = [mail["from"], *(one["from"] for one in mail["personalizations"] if "from" in one)]
    for sender in senders:
        if email_domain and sender["email"].rpartition("@")[2].lower() != email_domain:
            message = "The from address does not match a verified Sender Identity."
            raise refusal(403, message, "from")


def _check_personalizations(mail: dict[str, Any], complaints: Complaints) -> None:
    wanted = mail.get("personalizations")
    if wanted is None:
        complaints.add("personalizations", "The personalizations field is required and must have at least one item.")
        return
    if not complaints.a_list(wanted, "personalizations"):
        return
    if not 1 <= len(wanted) <= MOST_RECIPIENTS:
        message = f"There must be 1 to {MOST_RECIPIENTS} personalizations in a request; there are {len(wanted)}."
        complaints.add("personalizations", message)
        return
    for index, one in enumerate(wanted):
        _check_personalization(one, mail, f"personalizations.{index}", complaints)
    if sum(map(_recipients, wanted)) > MOST_RECIPIENTS:
        message = f"There is a limit of {MOST_RECIPIENTS} total recipients (to + cc + bcc) per request."
        complaints.add("personalizations", message)


def _recipients(personalization: Any) -> int:
    if not isinstance(personalization, dict):
        return 0
    lists = (personalization.get(kind) for kind in ("to", "cc", "bcc"))
    return sum(len(people) for people in lists if isinstance(people, list))


def _check_personalization(one: Any, mail: dict[str, Any], field: str, complaints: Complaints) -> None:
    if not complaints.an_object(one, field, PERSONAL):
        return
    _check_recipients(one, field, complaints)
    check_subject(one, mail, field, complaints)
    if "from" in one:
        check_address(one["from"], f"{field}.from", complaints, is_sender=True)
    if "dynamic_template_data" in one:
        complaints.add(f"{field}.dynamic_template_data", "There is no dynamic template to fill in.")
    _check_headers(one, field, complaints)
    _check_arguments(one, "substitutions", field, complaints)
    _check_arguments(one, "custom_args", field, complaints)
    _check_send_at(one, field, complaints)


def _check_recipients(one: dict[str, Any], field: str, complaints: Complaints) -> None:
    if not one.get("to"):
        complaints.add(
            f"{field}.to", "The to array is required for all personalization objects, and must have one item."
        )
        return
    seen: set[str] = set()
    for kind in ("to", "cc", "bcc"):
        if kind not in one:
            continue
        for address in check_people(one[kind], f"{field}.{kind}", complaints):
            if address in seen:
                message = (
                    "Each email address in the personalization block should be unique between to, cc, and bcc. "
                    f"We found the first duplicate instance of [{address}] in the {field}.{kind} field."
                )
                complaints.add(field, message)
            seen.add(address)


def _check_headers(holder: dict[str, Any], field: str, complaints: Complaints) -> None:
    name = f"{field}.headers" if field else "headers"
    if "headers" not in holder or not complaints.texts_by_name(holder["headers"], name):
        return
    for header, value in holder["headers"].items():
        if header.lower() in RESERVED_HEADERS:
            complaints.add(f"{name}.{header}", f"The header {header} is reserved and cannot be set.")
        if not header.isascii() or any(sign in header + str(value) for sign in "\r\n"):
            complaints.add(f"{name}.{header}", "A header's name must be ASCII, and no header may have line breaks.")


def _check_arguments(holder: dict[str, Any], kind: str, field: str, complaints: Complaints) -> None:
    name = f"{field}.{kind}" if field else kind
    if kind not in holder or not complaints.texts_by_name(holder[kind], name):
        return
    size = sum(len(key.encode()) + len(str(value).encode()) for key, value in holder[kind].items())
    if size > LONGEST_ARGUMENTS:
        complaints.add(name, f"The {kind} must not be larger than {LONGEST_ARGUMENTS} bytes in total.")


def _check_send_at(holder: dict[str, Any], field: str, complaints: Complaints) -> None:
    name, wanted = f"{field}.send_at" if field else "send_at", holder.get("send_at")
    if wanted is None:
        return
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        complaints.add(name, "The send_at value must be a UNIX timestamp, as a whole number.")
    elif wanted > time.time() + LATEST_SECONDS:
        complaints.add(name, "Emails cannot be scheduled more than 72 hours in advance.")


def _check_extras(mail: dict[str, Any], batches: Collection[str], complaints: Complaints) -> None:
    _check_headers(mail, "", complaints)
    _check_arguments(mail, "custom_args", "", complaints)
    _check_send_at(mail, "", complaints)
    _check_categories(mail, complaints)
    _check_settings(mail, complaints)
    if "template_id" in mail:
        complaints.add("template_id", "The template_id is not one of this account's templates.")
    if "batch_id" in mail and mail["batch_id"] not in batches:
        complaints.add("batch_id", "The batch_id must be one that was generated for this account.")
    if "ip_pool_name" in mail:
        complaints.some_text(mail["ip_pool_name"], "ip_pool_name", longest=64)


def _check_categories(mail: dict[str, Any], complaints: Complaints) -> None:
    if "categories" not in mail or not complaints.a_list(mail["categories"], "categories", most=MOST_CATEGORIES):
        return
    for index, category in enumerate(mail["categories"]):
        complaints.some_text(category, f"categories.{index}", longest=255)
    if len({str(category) for category in mail["categories"]}) != len(mail["categories"]):
        complaints.add("categories", "You cannot have duplicate categories.")


def _check_settings(mail: dict[str, Any], complaints: Complaints) -> None:
    for kind, known in (("mail_settings", SETTINGS), ("tracking_settings", TRACKING)):
        if kind in mail and complaints.an_object(mail[kind], kind, known):
            for name, value in mail[kind].items():
                complaints.an_object(value, f"{kind}.{name}")
    if "asm" not in mail or not complaints.an_object(mail["asm"], "asm", frozenset(("group_id", "groups_to_display"))):
        return
    if not isinstance(mail["asm"].get("group_id"), int):
        complaints.add("asm.group_id", "The group_id is required and must be an integer.")
    if "groups_to_display" in mail["asm"]:
        complaints.a_list(mail["asm"]["groups_to_display"], "asm.groups_to_display", most=25)
