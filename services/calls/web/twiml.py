"""What a call does next, as TwiML. The same call, asked the same again, is answered the same.

https://www.twilio.com/docs/voice/twiml. Nothing has a `record` attribute, here or anywhere.
"""

from twilio.twiml.voice_response import Gather, VoiceResponse

from services.calls.domain.call import Call
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.prompts import Prompts, prompts
from services.calls.web.addresses import CallAddresses

CONFIRM_WITHIN_SECONDS = 8
REPORT_WITHIN_SECONDS = 10
# Long enough for an office's own voicemail to take the call.
OFFICE_RINGS_SECONDS = 40
LONGEST_TALK_SECONDS = 1800
# Half a second of pause for each w, before an extension is dialled.
PAUSE_BEFORE_EXTENSION = "ww"


def ask_to_confirm(call: Call, campaign: CallCampaign, addresses: CallAddresses) -> str:
    """Say who calls and why, twice, and ask for a 1; a voicemail presses nothing and is left alone."""
    say, text = prompts(call.language), campaign.text(call.language)
    response = VoiceResponse()
    for _ in range(2):
        ask = _ask(addresses.of(call.id, "confirmed"), CONFIRM_WITHIN_SECONDS)
        _say(ask, say.greeting.format(caller=campaign.caller_name), say)
        # A campaign that was not written in the supporter's language is read out by a voice of its own.
        _say(ask, text.reason, prompts(text.language))
        _say(ask, say.offer.format(whom=say.whom(call)), say)
        response.append(ask)
    _say(response, say.goodbye, say)
    response.hangup()
    return str(response)


def connect(call: Call, addresses: CallAddresses, call_from: str) -> str:
    """Say whom it connects to, and dial the office from the campaign's number."""
    say, line = prompts(call.language), call.line
    if line is None:
        return hang_up()
    response = VoiceResponse()
    _say(response, say.connecting.format(whom=say.whom(call)), say)
    dial = response.dial(
        action=addresses.of(call.id, "returned"),
        method="POST",
        caller_id=call_from,
        timeout=OFFICE_RINGS_SECONDS,
        time_limit=LONGEST_TALK_SECONDS,
        hangup_on_star=True,
    )
    dial.number(
        line.number,
        send_digits=PAUSE_BEFORE_EXTENSION + line.extension if line.extension else None,
        status_callback=addresses.of(call.id, "office"),
        status_callback_event="answered",
        status_callback_method="POST",
    )
    return str(response)


def ask_what_happened(call: Call, addresses: CallAddresses) -> str:
    """Say how the leg to the office ended, ask what happened, and thank who says nothing."""
    say = prompts(call.language)
    question = f"{say.after(call.office_outcome or 'completed')} {say.question}"
    response = VoiceResponse()
    ask = _ask(addresses.of(call.id, "reported"), REPORT_WITHIN_SECONDS)
    _say(ask, question, say)
    response.append(ask)
    _say(response, say.thanks, say)
    response.hangup()
    return str(response)


def thank(call: Call) -> str:
    """Thank the supporter and end the call."""
    say = prompts(call.language)
    response = VoiceResponse()
    _say(response, say.thanks, say)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """End a call that is none of ours."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _ask(action: str, seconds: int) -> Gather:
    return Gather(input="dtmf", num_digits=1, timeout=seconds, action=action, method="POST")


def _say(to: VoiceResponse | Gather, text: str, say: Prompts) -> None:
    to.say(text, voice=say.voice, language=say.language)
