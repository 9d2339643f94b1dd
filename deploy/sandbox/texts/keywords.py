"""The keywords that Twilio acts on itself: who has opted out of texts from which sender, and what Twilio confirms.

Modelled on a Messaging Service with Advanced Opt-Out set up as docs/guides/production.md says, in English and French:
the English defaults without YES and INFO, and in French ARRET, DEBUT and AIDE. HELP is one that cannot be taken out, so
it is Twilio that answers it. A keyword is the whole body, in any case.
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
https://support.twilio.com/hc/en-us/articles/360034798533-Getting-Started-with-Advanced-Opt-Out-for-Messaging-Services
"""

import unicodedata
from dataclasses import asdict, dataclass, fields
from typing import Any

from deploy.sandbox.pace import SettingIsWrong

STOP_WORDS = frozenset(("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"))
FRENCH_STOP_WORDS = frozenset(("ARRET", "ARRÊT"))
START_WORDS = frozenset(("START", "UNSTOP"))
FRENCH_START_WORDS = frozenset(("DEBUT", "DÉBUT"))
YES = "YES"
HELP_WORDS = frozenset(("HELP",))
FRENCH_HELP_WORDS = frozenset(("AIDE",))
# A number by itself has Twilio's defaults, which nobody can change.
PLAIN_HELP_WORDS = frozenset(("HELP", "INFO"))

STOPPED = "You are unsubscribed and will get no more texts from this number. Reply START to get them again."
STOPPED_IN_FRENCH = (
    "Vous êtes désabonné et ne recevrez plus de textos de ce numéro. Répondez DEBUT pour en recevoir de nouveau."
)
STARTED = "You will get texts from this number again. Reply STOP to stop them."
STARTED_IN_FRENCH = "Vous recevrez de nouveau des textos de ce numéro. Répondez ARRET pour ne plus en recevoir."
HELPED = "News of petitions, rallies and calls comes from this number. Reply STOP to get no more texts."
HELPED_IN_FRENCH = (
    "Ce numéro envoie des nouvelles de pétitions, de rassemblements et d'appels. Répondez ARRET pour ne plus recevoir"
    " de textos."
)


@dataclass
class KeywordRules:
    """How the sender is set up at Twilio."""

    # Whether webhooks carry OptOutType and the French words count, which takes Advanced Opt-Out.
    advanced: bool = True
    # Whether Twilio answers a keyword itself. Those answers are in no list of the API, as Twilio keeps them out too.
    confirms: bool = True
    # Whether YES carries OptOutType=START from someone who never opted out. It reaches the application either way.
    yes_always_starts: bool = False

    def as_data(self) -> dict[str, Any]:
        """Every rule by name."""
        return asdict(self)

    def change(self, wanted: dict[str, Any]) -> None:
        """Set some of the rules, all or none. Raises `SettingIsWrong`."""
        known = {one.name for one in fields(self)}
        for name, value in wanted.items():
            if name not in known or not isinstance(value, bool):
                raise SettingIsWrong(f"only {', '.join(sorted(known))} can be set, to true or false")
        for name, value in wanted.items():
            setattr(self, name, value)


@dataclass(frozen=True, slots=True)
class Heard:
    """What Twilio made of an inbound text: its kind (`STOP`, `START`, `HELP` or none), and what it answers itself."""

    kind: str | None = None
    confirmation: str | None = None


NOTHING = Heard()


class OptOuts:
    """Who has opted out, by sender (a number, or the Messaging Service it belongs to) and telephone."""

    def __init__(self) -> None:
        self.rules = KeywordRules()
        self._stopped: set[tuple[str, str]] = set()

    def hear(self, sender: str, phone: str, body: str) -> Heard:
        """Act on an inbound text."""
        word = unicodedata.normalize("NFC", body.strip()).upper()
        pair = (sender, phone)
        if word in STOP_WORDS or (self.rules.advanced and word in FRENCH_STOP_WORDS):
            return self._stop(pair, STOPPED_IN_FRENCH if word in FRENCH_STOP_WORDS else STOPPED)
        if word in START_WORDS or (word == YES and (self.rules.yes_always_starts or pair in self._stopped)):
            return self._start(pair, STARTED)
        if self.rules.advanced and word in FRENCH_START_WORDS:
            return self._start(pair, STARTED_IN_FRENCH)
        return self._help(word)

    def stopped(self, sender: str, phone: str) -> bool:
        """Whether texts from a sender to a telephone are refused."""
        return (sender, phone) in self._stopped

    def count(self) -> int:
        """How many pairs of sender and telephone are stopped."""
        return len(self._stopped)

    def clear(self) -> None:
        """Forget who has opted out; the rules stay."""
        self._stopped.clear()

    def _stop(self, pair: tuple[str, str], confirmation: str) -> Heard:
        is_new = pair not in self._stopped
        self._stopped.add(pair)
        return Heard("STOP", confirmation if is_new and self.rules.confirms else None)

    def _start(self, pair: tuple[str, str], confirmation: str) -> Heard:
        was_stopped = pair in self._stopped
        self._stopped.discard(pair)
        return Heard("START", confirmation if was_stopped and self.rules.confirms else None)

    def _help(self, word: str) -> Heard:
        """Every one is answered, also to whoever has opted out."""
        if self.rules.advanced and word in FRENCH_HELP_WORDS:
            return Heard("HELP", HELPED_IN_FRENCH if self.rules.confirms else None)
        if word in (HELP_WORDS if self.rules.advanced else PLAIN_HELP_WORDS):
            return Heard("HELP", HELPED if self.rules.confirms else None)
        return NOTHING
