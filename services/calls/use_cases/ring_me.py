"""A supporter presses the button on the page behind their call-me link, and is rung."""

from dataclasses import dataclass
from datetime import datetime

from services.calls.domain.aim import Target
from services.calls.domain.call import Aim, Ending, Via
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.caller import Caller
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from services.calls.use_cases.note_ridings import note_ridings
from services.calls.use_cases.remember_caller import remember_telephone
from services.calls.use_cases.request_call import keep_request, rung_enough
from shared.identifiers import new_id
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault


class CannotBeRung(Exception):
    """Nobody can be called for them now; `ending` says why."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.value)
        self.ending = ending


@dataclass(frozen=True, kw_only=True)
class Given:
    """What had to be asked on the page: a number, in the language of the page; a riding, or the fallback instead."""

    language: str
    phone: str | None = None
    riding: str | None = None
    fallback_instead: bool = False


def ring_me(
    supporter_id: str,
    campaign: CallCampaign,
    given: Given,
    records: Records,
    vault: Vault,
    prints: Fingerprints,
    now: datetime,
    patience: Patience,
    *,
    most_a_day: int,
) -> None:
    """Remember what was given and ask for the call. Raises `CannotBeRung`; then nothing of what was given is kept."""
    with records.transaction.begin_nested():
        _learn(supporter_id, given, records, vault, prints, now, patience)
        caller = records.callers.meet(supporter_id)
        often = rung_enough([caller], records, now, most_a_day)
        target = _target(caller, campaign, given, records)
        call = campaign.call_for(
            caller, target, Via.LINK, f"link:{new_id()}", now, rung_enough=caller.phone_id in often
        )
        if call.called_off:
            raise CannotBeRung(call.called_off)
        keep_request(call, campaign, records)


def _learn(
    supporter_id: str,
    given: Given,
    records: Records,
    vault: Vault,
    prints: Fingerprints,
    now: datetime,
    patience: Patience,
) -> None:
    if given.phone:
        remember_telephone(supporter_id, given.phone, given.language, records, vault, prints)
    if given.riding:
        note_ridings(records.callers.meet(supporter_id), [given.riding], records, now, patience)


def _target(caller: Caller, campaign: CallCampaign, given: Given, records: Records) -> Target | Ending:
    if given.fallback_instead and campaign.fallback:
        return Target(Aim.FALLBACK)
    return campaign.target_chosen(caller.ridings, records.directory.lines_of)
