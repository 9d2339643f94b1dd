"""What is known of somebody, and how it grows."""

from services.notifications.domain.contact import Contact, Newcomer

ADA = Newcomer(
    supporter_id="s1",
    personal={"name": "Ada", "email": "ada@example.org", "phone": "+14165550123", "postal_code": "M5V2T6"},
    language="en",
    campaign="status-for-all",
    petition="fix-pgwp",
)


def test_only_what_writing_needs_is_kept() -> None:
    known = Contact(supporter_id="s1").learn(ADA)

    assert known.personal == {"name": "Ada", "email": "ada@example.org", "phone": "+14165550123"}
    assert (known.petitions, known.campaigns) == (("fix-pgwp",), ("status-for-all",))


def test_a_second_signature_without_a_telephone_takes_no_telephone_away() -> None:
    again = Newcomer(
        supporter_id="s1",
        personal={"name": "Ada L.", "email": "ada@example.org", "phone": None},
        language="fr",
        campaign="status-for-all",
        petition="care-for-all",
    )

    known = Contact(supporter_id="s1").learn(ADA).learn(again)

    assert (known.personal["name"], known.phone, known.language) == ("Ada L.", "+14165550123", "fr")
    assert (known.petitions, known.campaigns) == (("fix-pgwp", "care-for-all"), ("status-for-all",))


def test_learning_the_same_twice_changes_nothing() -> None:
    once = Contact(supporter_id="s1").learn(ADA)

    assert once.learn(ADA) == once


def test_a_stranger_takes_part_in_nothing_and_keeps_the_usual_language() -> None:
    stranger = Newcomer(supporter_id="s1", personal={"phone": "+14165550123"}, language=None)

    known = Contact(supporter_id="s1").learn(stranger)

    assert (known.campaigns, known.petitions, known.language) == ((), (), "en")


def test_nothing_personal_shows_when_it_is_printed() -> None:
    shown = repr(Contact(supporter_id="s1").learn(ADA)) + repr(ADA)

    assert "Ada" not in shown
    assert "4165550123" not in shown
