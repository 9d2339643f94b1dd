"""What only owners do in the console: erase a supporter, read the audit log."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, validates_schema

from services.organizers.domain.audit import SERVICE, TERMINAL, Deed, Entry
from services.organizers.storage.records import Records
from services.organizers.use_cases.erase import Erase
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from shared.database import Database
from shared.web.guard import current_organizer, organizer_role
from shared.web.languages import translatable
from shared.web.reading import read_form
from shared.web.schemas import Email, Phone

LINES_SHOWN = 200
DEEDS = {
    Deed.SIGNED_IN: translatable("signed in"),
    Deed.SIGN_IN_FAILED: translatable("refused a sign-in"),
    Deed.SIGNED_OUT: translatable("signed out"),
    Deed.ORGANIZER_ADDED: translatable("added an organizer"),
    Deed.ORGANIZER_REMOVED: translatable("removed an organizer"),
    Deed.PASSWORD_RESET: translatable("gave an organizer another password"),
    Deed.ERASURE_ASKED: translatable("asked to erase a supporter"),
    Deed.SUPPORTER_ERASED: translatable("erased a supporter"),
}


class ErasureSchema(Schema):
    """Who is to be erased: an address, a number, or both."""

    email = Email(load_default=None)
    phone = Phone(load_default=None)
    sure = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def check(self, values: dict[str, object], **_: object) -> None:
        """Somebody is named, and the owner is sure."""
        if not values["email"] and not values["phone"]:
            raise ValidationError(translatable("Write an e-mail address, a telephone number, or both."), "email")
        if not values["sure"]:
            raise ValidationError(translatable("Please tick this to go on: it cannot be undone."), "sure")


def owner_pages(database: Database, erase: Erase, accounts: LookAfterAccounts) -> Blueprint:
    """`/console/erase` and `/console/audit`."""
    pages = Blueprint("owners", __name__, template_folder="templates", url_prefix="/console")

    @pages.get("/erase")
    @organizer_role("owner")
    def ask() -> str:
        return render_template("organizers/erase.html", values={}, problems={}, done="done" in request.args)

    @pages.post("/erase")
    @organizer_role("owner")
    def erase_supporter() -> ResponseReturnValue:
        values, problems = read_form(ErasureSchema())
        if problems:
            return render_template("organizers/erase.html", values=values, problems=problems, done=False), 422
        erase.ask(erase.supporter_ids(values["email"], values["phone"]), current_organizer().id)
        return redirect(url_for(".ask", done=1), 303)

    @pages.get("/audit")
    @organizer_role("owner")
    def audit() -> str:
        with database.transaction() as transaction:
            entries = Records(transaction).audit.newest(LINES_SHOWN)
        names = {account.id: person.name for account, person in accounts.all() if person}
        lines = [(entry.at, _who(entry, names), gettext(DEEDS[entry.deed]), _about(entry, names)) for entry in entries]
        return render_template("organizers/audit.html", lines=lines)

    return pages


def _who(entry: Entry, names: dict[str, str]) -> str:
    if entry.by == TERMINAL:
        return str(gettext("An operator, at a terminal"))
    if entry.by == SERVICE:
        return str(gettext("Groundswell"))
    return names.get(entry.by) or str(gettext("A former organizer"))


def _about(entry: Entry, names: dict[str, str]) -> str:
    """Whom it is about, where that is somebody else; supporters stay the codes they are."""
    if entry.about is None or entry.about == entry.by:
        return ""
    return names.get(entry.about, entry.about[:8] + "…")
