"""A call campaign before anybody but organizers sees it."""

from services.calls.domain.call_campaign import CallCampaign, CampaignIsNotADraft, SlugIsTaken
from services.calls.storage.records import Records


def draft(campaign: CallCampaign, created_by: str, records: Records) -> None:
    """Keep a new draft. Raises `SlugIsTaken`."""
    if not records.campaigns.add(campaign, created_by):
        raise SlugIsTaken(campaign.slug)


def change_draft(campaign: CallCampaign, records: Records) -> None:
    """Keep a draft as it is now. Raises `CampaignIsNotADraft`."""
    known = records.campaigns.hold(campaign.slug)
    if known is None:
        raise CampaignIsNotADraft(campaign.slug)
    known.check_is_a_draft()
    records.campaigns.keep(campaign)
