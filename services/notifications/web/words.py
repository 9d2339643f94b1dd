"""What the pages call channels, states, kinds and reasons."""

from flask_babel import gettext

from services.notifications.domain.broadcast import Broadcast, BroadcastState
from services.notifications.domain.delivery import Reason, State
from shared.web.languages import translatable

CHANNELS = {
    "text": translatable("Texts"),
    "email": translatable("E-mails"),
    "ring": translatable("Calls"),
}
KINDS = {
    "petition.opened": translatable("Petition opened"),
    "petition.delivered": translatable("Petition handed in"),
    "gathering.scheduled": translatable("Event announced"),
    "gathering.changed": translatable("Event changed"),
    "gathering.cancelled": translatable("Event cancelled"),
    "call_campaign.launched": translatable("Call campaign launched"),
}
BROADCAST_STATES = {
    BroadcastState.PLANNING: translatable("Being planned"),
    BroadcastState.HELD: translatable("Held: needs you"),
    BroadcastState.SENDING: translatable("Being sent"),
    BroadcastState.STOPPED: translatable("Stopped"),
    BroadcastState.FINISHED: translatable("Finished"),
}
BADGES = {
    BroadcastState.HELD: "bad",
    BroadcastState.SENDING: "warn",
    BroadcastState.STOPPED: "bad",
    BroadcastState.FINISHED: "good",
}
STATES = {
    State.PLANNED: translatable("Waiting"),
    State.SENDING: translatable("Being sent"),
    State.ACCEPTED: translatable("Sent, not yet confirmed"),
    State.DELIVERED: translatable("Arrived"),
    State.FAILED: translatable("Failed"),
    State.DROPPED: translatable("Not sent"),
}
REASONS = {
    Reason.ERASED.value: translatable("They were erased"),
    Reason.NO_CONSENT.value: translatable("They no longer agree"),
    Reason.NO_ADDRESS.value: translatable("No address"),
    Reason.SUPPRESSED.value: translatable("The address is silenced, or no good"),
    Reason.STOPPED.value: translatable("The broadcast was stopped"),
    Reason.EXPIRED.value: translatable("It was too late to tell"),
    Reason.NO_WORDS.value: translatable("There were no words for it"),
    Reason.GAVE_UP.value: translatable("The provider could not take it"),
    Reason.UNKNOWN.value: translatable("Nobody can say whether it was sent"),
    Reason.NO_RECEIPT.value: translatable("The provider never confirmed it"),
}


def channel(code: str) -> str:
    """A channel's name."""
    return str(gettext(CHANNELS[code]))


def kind(broadcast: Broadcast) -> str:
    """What a broadcast was set off by."""
    known = KINDS.get(broadcast.kind)
    return str(gettext(known)) if known else broadcast.kind


def broadcast_state(broadcast: Broadcast) -> str:
    """Where a broadcast stands."""
    return str(gettext(BROADCAST_STATES[broadcast.state]))


def badge(broadcast: Broadcast) -> str:
    """The colour of where it stands."""
    return BADGES.get(broadcast.state, "")


def state(of: State) -> str:
    """Where a message stands."""
    return str(gettext(STATES[of]))


def reason(code: str) -> str:
    """Why a message was not sent or did not arrive; a provider's code is shown as it is."""
    return str(gettext(REASONS[code])) if code in REASONS else code or str(gettext("No reason was given"))
