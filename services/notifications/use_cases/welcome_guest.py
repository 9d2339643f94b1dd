"""Somebody is coming to a gathering: they are a contact too. They agreed to no messages by that."""

from services.notifications.domain.contact import Newcomer
from services.notifications.storage.records import Records
from services.notifications.use_cases.remember_contact import remember
from shared.bus.outcomes import Skip
from shared.domain_events.events import AttendanceAdded
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault


def welcome_guest(added: AttendanceAdded, records: Records, vault: Vault, prints: Fingerprints) -> None:
    """Remember a guest who answered on a page; note the campaign of one who answered a text, whom we know."""
    if added.supporter is None:
        records.contacts.take_part(added.supporter_id, added.campaign)
        return
    (personal,) = vault.open_many([(added.supporter.id, added.supporter.sealed)], AttendanceAdded.type)
    if personal is None:
        raise Skip("they were erased")
    guest = Newcomer(
        supporter_id=added.supporter.id, personal=personal, language=added.language, campaign=added.campaign
    )
    remember([guest], [], records, vault, prints)
