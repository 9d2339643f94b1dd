"""What a supporter hears, in English and French.

A message that a machine begins must first say who calls and what for (CRTC, Unsolicited Telecommunications Rules, part
IV). Nothing is ever recorded, and nothing asks for money. Amazon Polly has no voice for en-CA, so English is Joanna's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.calls.domain.call import Aim, Call


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """One language: its voice, and each sentence with `{fields}` in braces.

    Between `greeting` and `offer` stands the campaign's own reason.
    """

    language: str
    voice: str
    office_of: str
    greeting: str
    offer: str
    goodbye: str
    connecting: str
    after_completed: str
    after_busy: str
    after_no_answer: str
    after_failed: str
    question: str
    thanks: str

    def whom(self, call: Call) -> str:
        """Whom a call is for, as it is said: the office of an MP, or a fallback as the organizer named it."""
        name = call.line.target_name if call.line else ""
        return name if call.aim == Aim.FALLBACK else self.office_of.format(target=name)

    def after(self, outcome: str) -> str:
        """What to say once the leg to the office ended so."""
        return {
            "completed": self.after_completed,
            "busy": self.after_busy,
            "no_answer": self.after_no_answer,
            "cancelled": self.after_completed,
        }.get(outcome, self.after_failed)


ENGLISH = Prompts(
    language="en-US",
    voice="Polly.Joanna",
    office_of="the office of {target}",
    greeting="Hello. This is {caller}.",
    offer="We can connect you now with {whom}. To be connected, press 1.",
    goodbye="We did not hear from you, so we will not connect the call. Goodbye.",
    connecting=(
        "Thank you. We are connecting you with {whom}. When you have finished, press star, and stay on the line."
    ),
    after_completed="Welcome back.",
    after_busy="The line was busy.",
    after_no_answer="Nobody answered.",
    after_failed="The call could not be connected.",
    question=(
        "What happened? If you talked to someone, press 1. If you left a message, press 2. If the mailbox was full,"
        " press 3. If they refused to talk to you, press 4. If you could not get through, press 5."
    ),
    thanks="Thank you for calling. Every call counts. Goodbye.",
)

FRENCH = Prompts(
    language="fr-CA",
    voice="Polly.Chantal",
    office_of="le bureau de {target}",
    greeting="Bonjour. Ici {caller}.",
    offer="Nous pouvons vous mettre en communication avec {whom}. Pour accepter, appuyez sur le 1.",
    goodbye="Comme nous n'avons pas reçu de réponse, nous n'établissons pas la communication. Au revoir.",
    connecting=(
        "Merci. Nous vous mettons en communication avec {whom}."
        " Quand vous aurez terminé, appuyez sur l'étoile et restez en ligne."
    ),
    after_completed="Nous revoilà.",
    after_busy="La ligne était occupée.",
    after_no_answer="Personne n'a répondu.",
    after_failed="La communication n'a pas pu être établie.",
    question=(
        "Que s'est-il passé? Si vous avez parlé à quelqu'un, appuyez sur le 1. Si vous avez laissé un message, le 2."
        " Si la boîte vocale était pleine, le 3. Si on a refusé de vous parler, le 4."
        " Si vous n'avez joint personne, le 5."
    ),
    thanks="Merci de votre appel. Chaque appel compte. Au revoir.",
)

_BY_LANGUAGE: Mapping[str, Prompts] = {"en": ENGLISH, "fr": FRENCH}


def prompts(language: str) -> Prompts:
    """The prompts of a language; English where there are none."""
    return _BY_LANGUAGE.get(language, ENGLISH)
