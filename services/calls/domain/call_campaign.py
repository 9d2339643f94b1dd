"""A call campaign: what it says, when its calls may be placed, and whom it falls back on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.calls.domain.aim import LinesOf, Target, aim
from services.calls.domain.call import Aim, Call, Ending, Line, Via
from services.calls.domain.caller import Caller
from services.calls.domain.facts import CalledOff
from shared.identifiers import new_id

# A telephone that rings hours after it was asked for surprises; the supporter has another way by then.
REQUEST_LIVES = timedelta(hours=2)
# A handful of calls invites nobody to make one more.
FEWEST_SHOWN = 5
FALLBACK = "fallback"


class CampaignState(StrEnum):
    """A draft is seen by organizers only; a live campaign places calls within its hours; an ended one none."""

    DRAFT = "draft"
    LIVE = "live"
    ENDED = "ended"


class CallCampaignProblem(Exception):
    """Why something cannot be done with a call campaign.

    CallCampaignProblem
    ├── SlugIsTaken
    ├── CampaignIsNotADraft
    ├── CampaignIsNotLive
    └── CampaignIsOver
    """


class SlugIsTaken(CallCampaignProblem):
    """Another call campaign has this address already."""


class CampaignIsNotADraft(CallCampaignProblem):
    """It was launched before; what supporters were told does not change behind their backs."""


class CampaignIsNotLive(CallCampaignProblem):
    """It was not launched yet, or it has ended."""


class CampaignIsOver(CallCampaignProblem):
    """Its window has closed, so nobody could be connected any more."""


@dataclass(frozen=True, kw_only=True)
class CampaignText:
    """A call campaign in one language. The reason is one sentence that is read out to the supporter."""

    language: str
    title: str
    reason: str
    script: str = ""


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """Who is called where a supporter's own MP cannot be: by name and telephone."""

    name: str
    number: str


@dataclass(frozen=True, kw_only=True)
class CallCampaign:
    """A call-in day."""

    slug: str
    campaign: str
    caller_name: str
    texts: tuple[CampaignText, ...]
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    daily_from: time
    daily_until: time
    fallback: Fallback | None
    first_riding_by_text: bool
    calls_per_line: int
    goal: int | None = None
    state: CampaignState = CampaignState.DRAFT

    def text(self, language: str) -> CampaignText:
        """Its words in a language, or in the first one it has."""
        return next((text for text in self.texts if text.language == language), self.texts[0])

    def launch(self, at: datetime) -> "CallCampaign":
        """The call campaign as it takes calls. Raises `CampaignIsNotADraft` or `CampaignIsOver`."""
        self.check_is_a_draft()
        if self.has_closed(at):
            raise CampaignIsOver(self.slug)
        return replace(self, state=CampaignState.LIVE)

    def end(self) -> "CallCampaign":
        """The call campaign as it stays. Raises `CampaignIsNotLive`."""
        if self.state != CampaignState.LIVE:
            raise CampaignIsNotLive(self.slug)
        return replace(self, state=CampaignState.ENDED)

    def check_is_a_draft(self) -> None:
        """Raises `CampaignIsNotADraft` for one that was launched."""
        if self.state != CampaignState.DRAFT:
            raise CampaignIsNotADraft(self.slug)

    def has_closed(self, at: datetime) -> bool:
        """Whether its window is over by then, or an organizer has ended it."""
        return self.state == CampaignState.ENDED or self.closes_at <= at

    def is_open(self, at: datetime) -> bool:
        """Whether calls may be placed at this moment: live, within its window and within its hours."""
        return self.state == CampaignState.LIVE and self.opens_at <= at < self.closes_at and self._is_in_hours(at)

    def shows(self, reached: int) -> bool:
        """Whether its page says how many calls reached an office; a goal is a bar that may begin at nothing."""
        return reached >= FEWEST_SHOWN or self.goal is not None

    def target_of(self, ridings: Sequence[str] | None, lines_of: LinesOf) -> Target | Ending:
        """Whom to call for a supporter of these ridings who is not there to be asked, or why nobody can be."""
        return aim(
            ridings,
            first_will_do=self.first_riding_by_text,
            has_fallback=self.fallback is not None,
            lines_of=lines_of,
        )

    def target_chosen(self, ridings: Sequence[str] | None, lines_of: LinesOf) -> Target | Ending:
        """The same for one who is: where the riding is theirs to choose, no fallback is called before they have."""
        is_chosen = ridings is None or len(ridings) == 1
        has_fallback = self.fallback is not None and is_chosen
        return aim(ridings, first_will_do=False, has_fallback=has_fallback, lines_of=lines_of)

    def call_for(
        self, caller: Caller, target: Target | Ending, via: Via, cause: str, at: datetime, *, rung_enough: bool
    ) -> Call:
        """The call that is to be made for somebody; called off at once where it cannot be, with the reason."""
        problem = self._why_not(caller, via, at, rung_enough) or (target if isinstance(target, Ending) else None)
        aimed = target if isinstance(target, Target) else Target(Aim.PENDING)
        call = Call(
            id=new_id(),
            call_campaign=self.slug,
            supporter_id=caller.supporter_id,
            phone_id=caller.phone_id,
            language=caller.language,
            via=via,
            cause=cause,
            requested_at=at,
            aim=aimed.aim,
            riding=aimed.riding,
        )
        return call.hear(CalledOff(problem)) if problem else call

    def expiry(self, call: Call) -> datetime:
        """Until when a call waits: one that was asked for a while, a ring that was announced to the end."""
        return self.closes_at if call.via == Via.RING else min(self.closes_at, call.requested_at + REQUEST_LIVES)

    @property
    def fallback_lines(self) -> tuple[Line, ...]:
        """The line of its fallback; none where it has no fallback."""
        if self.fallback is None:
            return ()
        office = f"{FALLBACK}:{self.slug}"
        return (Line(target_name=self.fallback.name, office=office, number=self.fallback.number, kind=FALLBACK),)

    def _why_not(self, caller: Caller, via: Via, at: datetime, rung_enough: bool) -> Ending | None:
        """Why somebody cannot be rung whoever it is that they want to talk to. A ring that was announced may wait."""
        if caller.phone_id is None:
            return Ending.NO_TELEPHONE
        if rung_enough:
            return Ending.CALLED_OFTEN
        is_taking = self.state == CampaignState.LIVE if via == Via.RING else self.is_open(at)
        return None if is_taking else Ending.CAMPAIGN_IS_CLOSED

    def _is_in_hours(self, at: datetime) -> bool:
        wall_clock = at.astimezone(ZoneInfo(self.time_zone)).time()
        if self.daily_from < self.daily_until:
            return self.daily_from <= wall_clock < self.daily_until
        # The same hour twice is all day; an end before the beginning is after midnight.
        return wall_clock >= self.daily_from or wall_clock < self.daily_until
