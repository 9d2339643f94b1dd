"""A visit to the page behind a call-me link: who came, what for, and how their call is doing."""

from dataclasses import dataclass

from flask_babel import gettext

from services.calls.domain.call import Call, Ending, State
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.caller import Caller
from services.calls.domain.directory import Representative, Riding
from shared.web.languages import translatable

FALLBACK = "fallback"

_STAGES = {
    State.REQUESTED: "waiting",
    State.DIALLING: "ringing",
    State.RINGING: "ringing",
    State.ANSWERED: "answered",
    State.BRIDGING: "talking",
    State.BRIDGED: "talking",
    State.RETURNED: "afterwards",
    State.REPORTED: "afterwards",
    State.HUNG_UP: "afterwards",
}
_NOT_CONNECTED = translatable("Your last call could not be made. You can try again.")
_RESULTS = {
    Ending.NOT_ANSWERED: translatable("We rang, and nobody answered. Shall we try again?"),
    Ending.NOT_CONFIRMED: translatable("We rang, and did not hear a 1 being pressed. Shall we try again?"),
    Ending.REFUSED_BY_CARRIER: translatable("Your number could not be called."),
    Ending.CAMPAIGN_IS_CLOSED: translatable("Your call was not made, as calls could not be made at that time."),
    Ending.CALLED_OFTEN: translatable("You were rung often enough for a day. Please come back tomorrow."),
    Ending.EXPIRED: translatable("All lines were busy for too long, and your call was not made. You can try again."),
}


@dataclass(frozen=True)
class Visit:
    """Who came by a call-me link, and what for."""

    caller: Caller
    campaign: CallCampaign
    call: Call | None
    ridings: tuple[Riding, ...]
    seated: dict[str, Representative]

    @property
    def is_under_way(self) -> bool:
        """Whether they wait for a call, or are on the telephone."""
        return self.call is not None and self.call.state != State.FINISHED

    @property
    def stage(self) -> str:
        """How their call is doing: waiting, ringing, talking, or afterwards; nothing where there is none under way."""
        return _STAGES.get(self.call.state, "") if self.call else ""

    @property
    def result(self) -> str | None:
        """What became of their last call; None where there was none, or it is under way."""
        if self.call is None or self.is_under_way:
            return None
        if self.call.ending == Ending.DONE:
            return str(gettext("Thank you for calling. Every call counts."))
        return str(gettext(_RESULTS.get(self.call.ending, _NOT_CONNECTED)))

    @property
    def is_being_located(self) -> bool:
        """Whether their riding is still being looked up."""
        return self.caller.ridings is None

    @property
    def has_to_choose(self) -> bool:
        """Whether their postal code names no riding, or several."""
        return not self.is_being_located and len(self.ridings) != 1

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The ridings to choose from: those of the postal code, or all; and the fallback where there is one."""
        offered = self.ridings or tuple(one.riding for one in self.seated.values())
        ridings = [(riding.id, self._named(riding)) for riding in offered]
        fallback = self.campaign.fallback
        return [*ridings, (FALLBACK, fallback.name)] if fallback else ridings

    @property
    def whom(self) -> str | None:
        """Whom they will speak to, as far as that is settled; None where nobody can be called."""
        if self.is_being_located or self.has_to_choose:
            return str(gettext("your MP's office"))
        riding = self.ridings[0]
        representative = self.seated.get(riding.id)
        if representative and representative.lines:
            words = gettext("the office of %(name)s, MP for %(riding)s", name=representative.name, riding=riding.name)
            return str(words)
        return self.campaign.fallback.name if self.campaign.fallback else None

    @property
    def vacancy(self) -> str | None:
        """The riding that has no MP, or whose MP gives no telephone number, where theirs is one."""
        if self.is_being_located or self.has_to_choose:
            return None
        representative = self.seated.get(self.ridings[0].id)
        return None if representative and representative.lines else self.ridings[0].name

    def _named(self, riding: Riding) -> str:
        representative = self.seated.get(riding.id)
        return f"{riding.name} ({representative.name})" if representative else riding.name
