"""What a text that somebody wrote to us means: only a keyword that stands alone counts, however it is written.

STOP, ARRET, HELP, AIDE and INFO are mandatory for every programme (CWTA); the rest of the English ones are Twilio's own
(https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out), and French ones beside them.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What an inbound text means."""

    YES = "yes"
    NO = "no"
    CALL = "call"
    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


@dataclass(frozen=True)
class Heard:
    """A meaning, the language of the keyword where it belongs to one, and whether the carrier answers it itself."""

    meaning: Meaning
    language: str | None = None
    answered_by_carrier: bool = False


# By meaning and language; None where a word is said in both. Without accents, spaces and punctuation.
_WORDS: dict[tuple[Meaning, str | None], str] = {
    (Meaning.STOP, "en"): (
        "stop stopall unsubscribe end quit cancel revoke optout stopplease pleasestop stoptexting stoptextingme"
        " removeme"
    ),
    (Meaning.STOP, "fr"): (
        "arret arrets arrete arreter arretez stopsvp arretsvp arretezsvp desabonner desabonnez desabonnement"
        " desabonnezmoi desinscrire desinscription retirezmoi fin annuler"
    ),
    (Meaning.START, "en"): "start startall unstop subscribe resume optin",
    (Meaning.START, "fr"): "debut debuter commencer reprendre reprise abonner reabonner",
    (Meaning.HELP, "en"): "help helpme",
    (Meaning.HELP, "fr"): "aide aidez aidezmoi",
    (Meaning.HELP, None): "info infos information",
    (Meaning.YES, "en"): "yes y yep yeah yesplease illcome illbethere",
    (Meaning.YES, "fr"): "oui o ouais jeviens jeserai jyserai",
    (Meaning.NO, "en"): "no nope nothanks icant icannot",
    (Meaning.NO, "fr"): "non nonmerci jenepeuxpas",
    (Meaning.NO, None): "n",
    (Meaning.CALL, "en"): "call callme callnow pleasecall",
    (Meaning.CALL, "fr"): "appel appeler appelez appelle appelezmoi appellemoi",
}
_KNOWN = {word: Heard(*key) for key, words in _WORDS.items() for word in words.split()}
# What Twilio's Advanced Opt-Out says that it took the text for.
_OPT_OUT_TYPES = {"STOP": Meaning.STOP, "START": Meaning.START, "HELP": Meaning.HELP}


def read_meaning(body: str, opt_out_type: str = "") -> Heard:
    """What a text means. Where the carrier took it for a keyword, it has answered it, so that we do not.

    It takes a YES for a START too, which is then meant as an answer to us.
    """
    heard = _KNOWN.get(_bare(body), Heard(Meaning.OTHER))
    of_carrier = _OPT_OUT_TYPES.get(opt_out_type.strip().upper())
    if of_carrier is None:
        return heard
    if heard.meaning == Meaning.YES and of_carrier == Meaning.START:
        return heard
    return Heard(of_carrier, heard.language if heard.meaning == of_carrier else None, answered_by_carrier=True)


def took_for_start(opt_out_type: str) -> bool:
    """Whether the carrier took a text for a START."""
    return _OPT_OUT_TYPES.get(opt_out_type.strip().upper()) == Meaning.START


def _bare(body: str) -> str:
    """Only letters and digits, small, without accents: `Arrêt !` and `ARRET` are the same."""
    parts = unicodedata.normalize("NFKD", body.casefold())
    return "".join(character for character in parts if character.isalnum())
