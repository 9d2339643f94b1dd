"""Which of our messages is which, by its words, and which end of a call is which."""

import re
from collections.abc import Mapping
from typing import Any

from deploy.rehearsal import expected
from deploy.rehearsal.campaign import FIX_PGWP
from deploy.rehearsal.scripts import CALL_TO_ACTION, INVITATION

THANKS = "Your letter is on its way|Votre lettre est en route"
COMING = "we count on you|on compte sur vous"
TEXT_KINDS = {
    "thanks": re.compile(THANKS),
    "invitation": re.compile(INVITATION),
    "coming": re.compile(COMING),
    "call to action": re.compile(CALL_TO_ACTION),
}
_INVITATION_SUBJECT = re.compile("^Will you come|^Viendrez-vous")
_CALL_SUBJECT = re.compile("^Today we all call|^Aujourd'hui, nous appelons")
_LETTER_SUBJECTS = (FIX_PGWP.en.letter_subject, FIX_PGWP.fr.letter_subject)
Record = Mapping[str, Any]


def kind_of_text(text: Record) -> str:
    """The kind of a text that we sent; `other` is one that nobody expects."""
    return next((kind for kind, words in TEXT_KINDS.items() if words.search(text["body"])), "other")


def kind_of_email(email: Record) -> str:
    """The kind of an e-mail: `letter`, `thanks`, `invitation`, `call to action`, or `other`."""
    subject = email["subject"]
    if subject in _LETTER_SUBJECTS:
        return "letter"
    if _INVITATION_SUBJECT.search(subject):
        return "invitation"
    if _CALL_SUBJECT.search(subject):
        return "call to action"
    return "thanks" if "thanks" in email["categories"] else "other"


def kind_of_ending(finished: Record) -> str:
    """How a call ended, from `call.finished`."""
    by_report = {"talked": expected.TALKED, "left_message": expected.LEFT_MESSAGE}
    by_carrier = {"busy": expected.OFFICE_BUSY, "no_answer": expected.OFFICE_SILENT}
    reported = finished["reported_outcome"]
    if reported in by_report:
        return by_report[reported]
    if reported == "could_not_get_through":
        return by_carrier.get(finished["carrier_outcome"], "calls: ended otherwise")
    if finished["supporter_answered"]:
        return expected.HUNG_UP
    return {"not_confirmed": expected.NOT_CONFIRMED, "not_answered": expected.NOT_ANSWERED}.get(
        finished["ending"], "calls: ended otherwise"
    )
