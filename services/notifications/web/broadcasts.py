"""What organizers see of broadcasts: what was sent to how many, what became of it, and two buttons."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from services.notifications.domain.broadcast import (
    BroadcastIsNotHeld,
    BroadcastIsOver,
    BroadcastState,
    Numbers,
)
from services.notifications.storage.audiences import count
from services.notifications.storage.progress import Progress
from services.notifications.storage.records import Records
from services.notifications.use_cases.broadcast_control import BroadcastIsUnknown, approve, stop
from services.notifications.web import words
from shared.service import Backbone
from shared.web.announcing import count_sentence
from shared.web.guard import current_organizer
from shared.web.problems import Problem, known_problem

LISTED = 30


def broadcast_pages(backbone: Backbone) -> Blueprint:
    """The routes, each for signed-in organizers."""
    pages = Blueprint("broadcasts", __name__, template_folder="templates", url_prefix="/console/broadcasts")

    @pages.get("")
    def listed() -> str:
        """The newest broadcasts, or those before one."""
        with backbone.database.transaction() as transaction:
            broadcasts = Records(transaction).broadcasts.newest(LISTED, before=_before())
            states = Progress(transaction).states(broadcast.id for broadcast in broadcasts)
        older = broadcasts[-1].id if len(broadcasts) == LISTED else None
        return render_template(
            "notifications/console/list.html", broadcasts=broadcasts, states=states, older=older, words=words
        )

    @pages.get("/<uuid:broadcast_id>")
    def shown(broadcast_id: UUID) -> str:
        """One broadcast: its words, its numbers, and what became of each message."""
        with backbone.database.transaction() as transaction:
            broadcast = Records(transaction).broadcasts.get(broadcast_id)
            if broadcast is None:
                abort(404)
            progress = Progress(transaction)
            standings, reasons = progress.by_channel(broadcast_id), progress.reasons(broadcast_id)
            is_held = broadcast.state == BroadcastState.HELD
            meant = count(transaction, broadcast.audience, broadcast.channels) if is_held else None
        return render_template(
            "notifications/console/broadcast.html",
            broadcast=broadcast,
            standings=standings,
            reasons=reasons,
            meant=meant,
            deeds=_deeds(broadcast.channels, meant or broadcast.approved),
            now=backbone.clock(),
            words=words,
        )

    @pages.post("/<uuid:broadcast_id>/approve")
    def send_to_more(broadcast_id: UUID) -> Any:
        """Send a held broadcast to as many people as the page showed."""
        numbers = Numbers(texts=_number("texts"), emails=_number("emails"), rings=_number("rings"))
        try:
            with backbone.database.transaction() as transaction:
                approve(broadcast_id, numbers, current_organizer().id, Records(transaction))
        except BroadcastIsUnknown:
            abort(404)
        except BroadcastIsNotHeld:
            detail = gettext("It is not held any more. See what became of it.")
            raise Problem(409, gettext("Somebody was quicker"), detail) from None
        return redirect(url_for("broadcasts.shown", broadcast_id=broadcast_id), 303)

    @pages.post("/<uuid:broadcast_id>/stop")
    def send_no_more(broadcast_id: UUID) -> Any:
        """Send nothing more of a broadcast."""
        try:
            with backbone.database.transaction() as transaction:
                stop(broadcast_id, current_organizer().id, Records(transaction), backbone.clock())
        except BroadcastIsUnknown:
            abort(404)
        except BroadcastIsOver:
            detail = gettext("Everything was sent, or it was stopped before.")
            raise Problem(409, gettext("There is nothing to stop"), detail) from None
        return redirect(url_for("broadcasts.shown", broadcast_id=broadcast_id), 303)

    return pages


def _before() -> UUID | None:
    try:
        return UUID(request.args["before"]) if "before" in request.args else None
    except ValueError:
        abort(404)


def _deeds(channels: tuple[str, ...], numbers: Numbers) -> str:
    return count_sentence(channels, numbers.texts, numbers.emails, numbers.rings)


def _number(name: str) -> int:
    given = request.form.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise known_problem(422, {name: [gettext("Write a whole number.")]})
    return int(given)
