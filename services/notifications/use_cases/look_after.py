"""Look after messages of which it is not known what became of them: ask the provider, never send blindly again.

This is what makes a kill at any moment harmless. A text that was being sent when its process died, or whose answer was
lost, is looked for in Twilio's own list; SendGrid has none, so that what it tells and does not tell is weighed instead.
"""

from services.notifications.domain.delivery import Channel, Patience
from services.notifications.providers.ports import Texts
from services.notifications.storage.open_deliveries import OpenDeliveries
from services.notifications.storage.records import Records
from services.notifications.use_cases.ask_twilio import AskTwilio
from services.notifications.use_cases.weigh_silence import weigh_silence
from shared.clock import Clock
from shared.database import Database
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

AT_ONCE = 100


class LookAfter:
    """The loop of a worker; several may run at once."""

    def __init__(
        self, database: Database, texts: Texts, vault: Vault, prints: Fingerprints, clock: Clock, *, patience: Patience
    ) -> None:
        self._database = database
        self._prints = prints
        self._clock = clock
        self._patience = patience
        self._ask_twilio = AskTwilio(database, texts, vault, prints, clock, patience)

    def __call__(self) -> bool:
        """Look after those whose time has come; whether there was any."""
        now = self._clock()
        with self._database.transaction() as transaction:
            late = OpenDeliveries(transaction).to_look_after(now, now + self._patience.lease, AT_ONCE)
        self._ask_twilio([one for one in late if one.delivery.channel == Channel.TEXT])
        mail = [one.delivery for one in late if one.delivery.channel != Channel.TEXT]
        if mail:
            with self._database.transaction() as transaction:
                weigh_silence(mail, Records(transaction), self._prints, now, self._patience)
        return bool(late)
