"""What the demo and the rehearsal replay: the campaign of migrant students for renewable work permits, in our words.

The places and the demands are those of 2020; the days are laid into the weeks ahead, so that there is something to
come to. People, telephone numbers and addresses are invented.
"""

from dataclasses import dataclass
from datetime import date, timedelta

CAMPAIGN = "status-for-all"


@dataclass(frozen=True)
class PetitionWords:
    """A petition in one language."""

    title: str
    body: str
    letter_subject: str
    letter_body: str
    thanks: str


@dataclass(frozen=True)
class DemoPetition:
    """A petition of the demo, in English and French."""

    slug: str
    goal: int
    en: PetitionWords
    fr: PetitionWords


@dataclass(frozen=True)
class DemoTarget:
    """Whom the petitions address: an office, with an invented holder and address."""

    role: str
    name: str
    email: str


TARGETS = (
    DemoTarget("Prime Minister", "Jordan Lavoie", "prime.minister@example.ca"),
    DemoTarget("Minister of Immigration", "Ariane Whitfield", "immigration.minister@example.ca"),
)

FIX_PGWP = DemoPetition(
    slug="fix-pgwp",
    goal=100,
    en=PetitionWords(
        title="Fix work permits for migrant students",
        body=(
            "We came to study, we work, we pay taxes and high fees, and we are told to leave when a permit runs out.\n\n"
            "We ask for six things:\n\n"
            "1. Make post-graduation work permits renewable.\n"
            "2. Count all work towards permanent residence.\n"
            "3. Lower the ranking score that shuts people out.\n"
            "4. Unite families.\n"
            "5. Full and permanent immigration status for all.\n"
            "6. Lower fees and full services for migrant students.\n\n"
            "Signing sends a letter in your name to the Prime Minister and to the Minister of Immigration."
        ),
        letter_subject="Fix work permits: status for all",
        letter_body=(
            "Dear {target_name},\n\n"
            "Migrant students keep shops, care homes and farms running, and lose the right to stay when a permit of a few"
            " years ends. Please make post-graduation work permits renewable, count all our work towards residence, lower"
            " the ranking score, unite families, lower fees, and give full and permanent status to all.\n\n"
            "I look forward to your answer."
        ),
        thanks="Thank you, {first_name}. Your letter is on its way. We will tell you what comes of it.",
    ),
    fr=PetitionWords(
        title="Réparons les permis de travail des étudiants migrants",
        body=(
            "Nous sommes venus étudier, nous travaillons, nous payons des impôts et des droits élevés, et l’on nous dit de"
            " partir quand un permis prend fin.\n\n"
            "Nous demandons six choses :\n\n"
            "1. Des permis de travail postdiplôme renouvelables.\n"
            "2. Que tout travail compte pour la résidence permanente.\n"
            "3. Un pointage moins élevé.\n"
            "4. Des familles réunies.\n"
            "5. Un statut d’immigration complet et permanent pour tous.\n"
            "6. Des droits moins élevés et des services complets pour les étudiants migrants.\n\n"
            "Signer envoie une lettre en votre nom au premier ministre et à la ministre de l’Immigration."
        ),
        letter_subject="Réparez les permis de travail : un statut pour tous",
        letter_body=(
            "Bonjour {target_name},\n\n"
            "Les étudiants migrants font tourner des commerces, des résidences et des fermes, et perdent le droit de rester"
            " quand un permis de quelques années prend fin. Rendez les permis postdiplôme renouvelables, comptez tout notre"
            " travail pour la résidence, abaissez le pointage, réunissez les familles, réduisez les droits et donnez à tous"
            " un statut complet et permanent.\n\n"
            "J’attends votre réponse."
        ),
        thanks="Merci, {first_name}. Votre lettre est en route. Nous vous dirons ce qu’il en advient.",
    ),
)

CARE_FOR_ALL = DemoPetition(
    slug="care-for-all",
    goal=100,
    en=PetitionWords(
        title="Health care and income support for everyone here",
        body=(
            "A virus does not ask for papers. Everyone who lives here needs health care, and everyone who lost work needs"
            " support, whatever permit they hold.\n\nSigning sends a letter in your name."
        ),
        letter_subject="Health care and income support for everyone",
        letter_body=(
            "Dear {target_name},\n\nPlease open health care and income support to everyone who lives in this country, and stop"
            " the clock on permits while work cannot be found."
        ),
        thanks="Thank you, {first_name}. Your letter is on its way.",
    ),
    fr=PetitionWords(
        title="Des soins et un soutien du revenu pour toutes et tous",
        body=(
            "Un virus ne demande pas de papiers. Toute personne qui vit ici a besoin de soins, et toute personne qui a perdu"
            " son travail a besoin de soutien, quel que soit son permis.\n\nSigner envoie une lettre en votre nom."
        ),
        letter_subject="Des soins et un soutien du revenu pour tous",
        letter_body=(
            "Bonjour {target_name},\n\nOuvrez les soins et le soutien du revenu à toute personne qui vit dans ce pays, et arrêtez"
            " l’horloge des permis tant que le travail manque."
        ),
        thanks="Merci, {first_name}. Votre lettre est en route.",
    ),
)

PETITIONS = (FIX_PGWP, CARE_FOR_ALL)


@dataclass(frozen=True)
class DemoGathering:
    """A gathering of the demo. Times are wall-clock times in the place's own zone."""

    slug: str
    kind: str
    weekday: int
    starts: str
    ends: str
    time_zone: str
    venue: str
    address: str
    city: str
    title_en: str
    title_fr: str
    description_en: str
    description_fr: str

    def day(self, today: date) -> date:
        """The first such weekday that is at least a week away."""
        soonest = today + timedelta(days=7)
        return soonest + timedelta(days=(self.weekday - soonest.weekday()) % 7)


SATURDAY, SUNDAY, MONDAY = 5, 6, 0

GATHERINGS = (
    DemoGathering(
        slug="rally-toronto",
        kind="rally",
        weekday=SATURDAY,
        starts="14:45",
        ends="16:30",
        time_zone="America/Toronto",
        venue="The Deputy Prime Minister's office",
        address="344 Bloor Street West",
        city="Toronto",
        title_en="Rally for renewable permits, Toronto",
        title_fr="Rassemblement pour des permis renouvelables, Toronto",
        description_en="We bring our demands to her door. Bring a friend, a sign and water.",
        description_fr="Nous portons nos demandes à sa porte. Amenez une amie, une affiche et de l’eau.",
    ),
    DemoGathering(
        slug="rally-mississauga",
        kind="rally",
        weekday=SUNDAY,
        starts="14:00",
        ends="15:30",
        time_zone="America/Toronto",
        venue="Westwood Square Mall",
        address="7205 Goreway Drive",
        city="Mississauga",
        title_en="Rally for renewable permits, Mississauga",
        title_fr="Rassemblement pour des permis renouvelables, Mississauga",
        description_en="The same weekend, closer to you.",
        description_fr="La même fin de semaine, plus près de chez vous.",
    ),
    DemoGathering(
        slug="legal-information-session",
        kind="clinic",
        weekday=MONDAY,
        starts="18:00",
        ends="21:00",
        time_zone="America/Toronto",
        venue="Suite 202",
        address="720 Spadina Avenue",
        city="Toronto",
        title_en="Free legal information: your rights at work and as an immigrant",
        title_fr="Information juridique gratuite : vos droits au travail et en immigration",
        description_en="Ask a lawyer. What you ask stays in the room.",
        description_fr="Posez vos questions à une avocate. Ce que vous demandez reste entre nous.",
    ),
)


@dataclass(frozen=True)
class DemoCallCampaign:
    """The call-in day of the demo."""

    slug: str
    title_en: str
    title_fr: str
    reason_en: str
    reason_fr: str
    script_en: str
    script_fr: str
    fallback_name: str
    fallback_number: str


CALL_IN_DAY = DemoCallCampaign(
    slug="call-in-day",
    title_en="Call-in day for renewable permits",
    title_fr="Journée d’appels pour des permis renouvelables",
    reason_en="We are asking every MP to make post-graduation work permits renewable.",
    reason_fr="Nous demandons à chaque député de rendre les permis de travail postdiplôme renouvelables.",
    script_en="Say your name and that you live in the riding. Ask: will you speak up for renewable work permits?",
    script_fr="Dites votre nom et que vous vivez dans la circonscription. Demandez : défendrez-vous des permis renouvelables?",
    fallback_name="Office of the Minister of Immigration",
    fallback_number="+16135550188",
)
