"""Supporters were located: note where they live, which says what they may be told of and when it is night there."""

from collections.abc import Sequence

from services.notifications.storage.records import Records
from shared.domain_events.calls import SupporterLocated
from shared.domain_events.envelope import Envelope


def locate(envelopes: Sequence[Envelope], records: Records) -> None:
    """Note it for a batch, also of supporters of whom we hear nothing else before; of one's places the last counts."""
    located = [envelope.event for envelope in envelopes if isinstance(envelope.event, SupporterLocated)]
    records.contacts.locate({one.supporter_id: (one.province, one.ridings) for one in located})
    records.contacts.name_ridings(
        {id_: name for one in located for id_, name in zip(one.ridings, one.riding_names, strict=False)}
    )
