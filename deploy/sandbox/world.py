"""The whole sandbox behind its endpoints: everything it remembers, and what it is doing."""

from typing import Any

from deploy.sandbox.calls.exchange import Exchange
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.contracts import Contracts
from deploy.sandbox.mail.mailbox import Mailbox
from deploy.sandbox.represent.directory import OFFICE_NUMBERS
from deploy.sandbox.surroundings import surroundings
from deploy.sandbox.texts.texts import Texts


class World:
    """One account's texts, calls and e-mails."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.around = surroundings(configuration)
        self.texts = Texts(self.around)
        self.exchange = Exchange(self.around, OFFICE_NUMBERS)
        self.mailbox = Mailbox(self.around)
        self.contracts = Contracts(configuration.specs)

    def start(self) -> None:
        """Start what works in the background; needs a running loop."""
        self.around.callbacks.start()
        self.mailbox.events.start()

    async def stop(self) -> None:
        """Stop it all."""
        await self.around.timers.clear()
        self.around.callbacks.stop()
        self.around.webhooks.close()
        self.contracts.close()
        await self.mailbox.events.stop()

    async def reset(self, *, scripts_too: bool) -> None:
        """Forget everything that happened, switch the faults off; forget what telephones do by themselves if wanted."""
        self.around.callbacks.muted = True
        await self.around.timers.clear()
        self.around.callbacks.muted = False
        self.around.callbacks.clear()
        self.around.faults.clear()
        self.around.alerts.clear()
        self.around.webhooks.counts.clear()
        self.contracts.clear()
        self.texts.clear(rules_too=scripts_too)
        self.exchange.clear(scripts_too=scripts_too)
        self.mailbox.clear()
        self.around.live.changed("phones", "inboxes", "overview")

    def counts(self) -> dict[str, Any]:
        """Everything that is counted."""
        callbacks, events = self.around.callbacks, self.mailbox.events
        return {
            "texts": self.texts.messages.status_counts(),
            "calls": {"underway": self.exchange.underway(), **self.exchange.calls.status_counts()},
            "emails": {status: number for status, number in sorted(self.mailbox.emails.counts.items()) if number},
            "duplicates": {
                "texts": self.texts.messages.duplicates,
                "emails": self.mailbox.emails.duplicates,
            },
            "opted_out": self.texts.opt_outs.count(),
            "callbacks": {"waiting": callbacks.waiting, **callbacks.counts},
            "events": {"waiting": events.waiting, **events.counts},
            "webhooks": dict(self.around.webhooks.counts),
            **self.contracts.as_data(),
            "alerts": {str(code): number for code, number in sorted(self.around.alerts.counts.items())},
        }
