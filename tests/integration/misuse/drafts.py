"""What organizers fill in, right and wrong: a petition, a gathering, a call campaign."""

from deploy.rehearsal.campaign import CALL_IN_DAY, FIX_PGWP, GATHERINGS
from deploy.rehearsal.forms import Named, call_campaign_form, gathering_form, petition_form
from tests.integration.misuse.misuse import LONG, wrong
from tests.unit.calls.made import NOON

NAMED = Named("a-draft", "status-for-all")
PETITION = petition_form(FIX_PGWP, NAMED)
GATHERING = gathering_form(GATHERINGS[0], NAMED, NOON.date())
CALLS = call_campaign_form(CALL_IN_DAY, NAMED, NOON, "Students United")
PETITIONS, EVENTS, CAMPAIGNS = "/console/petitions", "/console/events", "/console/call-campaigns"
RIGHT = {PETITIONS: PETITION, EVENTS: GATHERING, CAMPAIGNS: CALLS}

OF_ANY_DRAFT = [
    wrong("no short name", slug=None),
    wrong("a short name with capitals", slug="Fix-PGWP"),
    wrong("a short name that leaves its folder", slug="../audit"),
    wrong("a short name that is a page", slug="new"),
    wrong("a short name that is too long", slug="a" * 81),
    wrong("no campaign", campaign=None),
    wrong("a campaign with a space", campaign="status for all"),
    wrong("a title that is too long", title_fr="x" * 151),
    wrong("a title with a NUL", title_fr="x\0"),
    wrong("a field that does not exist", surprise="1"),
]
OF_A_PETITION = [
    wrong("a goal of nothing", goal="0"),
    wrong("a goal that is a word", goal="many"),
    wrong("a goal beyond everybody", goal="99999999999999999999"),
    wrong("a page that is too long", body_en=LONG),
    wrong("no letter in one language", letter_body_fr=None),
    wrong("a brace that nobody fills in", letter_body_en="Dear {minister}"),
    wrong("a thanks that is too long for a text", thanks_en="x" * 321),
    wrong("a target whose address is none", target_1_email="the minister"),
    wrong(
        "two targets with one mailbox", "target_1_email", "target_2_email", target_2_email=PETITION["target_1_email"]
    ),
]
OF_A_GATHERING = [
    wrong("an unknown kind", kind="riot"),
    wrong("no day", day=None),
    wrong("a day that does not exist", day="2026-02-30"),
    wrong("a day of long ago", day="1999-12-31"),
    wrong("an hour that does not exist", starts="25:00"),
    wrong("an end before the start", "ends", starts="14:00", ends="13:00"),
    wrong("an unknown time zone", time_zone="Mars/Olympus"),
    wrong("a rally nowhere", "city", venue=None, address=None, city=None),
    wrong("places for nobody", capacity="0"),
    wrong("places that are a word", capacity="enough"),
    wrong("a description without a title", "title_fr", title_fr=None),
]
OF_A_CALL_CAMPAIGN = [
    wrong("no caller", caller_name=None),
    wrong("an opening that is no moment", opens_at="soon"),
    wrong("a closing before the opening", "closes_at", opens_at="2026-12-02T09:00", closes_at="2026-12-01T09:00"),
    wrong("an unknown time zone", time_zone="UTC+5"),
    wrong("an hour that does not exist", daily_from="9 o'clock"),
    wrong("a fallback without a number", fallback_number=None),
    wrong("a fallback whose number is none", fallback_number="the minister"),
    wrong("no calls at once", calls_per_line="0"),
    wrong("too many calls at once", calls_per_line="21"),
    wrong("a reason that is too long to be said", reason_en="x" * 301),
    wrong("a goal that is no number", goal="1e3"),
]
DRAFTS = [
    (page, misuse)
    for page, own in ((PETITIONS, OF_A_PETITION), (EVENTS, OF_A_GATHERING), (CAMPAIGNS, OF_A_CALL_CAMPAIGN))
    for misuse in (*OF_ANY_DRAFT, *own)
]
