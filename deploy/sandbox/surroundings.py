"""What texts, calls and e-mails all need of the sandbox."""

from dataclasses import dataclass

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.callbacks import Callbacks
from deploy.sandbox.configuration import Configuration
from deploy.sandbox.faults import Faults
from deploy.sandbox.live import Live
from deploy.sandbox.pace import Pace
from deploy.sandbox.timers import Timers
from deploy.sandbox.webhooks import Webhooks


@dataclass(frozen=True)
class Surroundings:
    """The account, time, what goes wrong, and the ways to the application and to open pages."""

    configuration: Configuration
    pace: Pace
    timers: Timers
    faults: Faults
    alerts: Alerts
    live: Live
    callbacks: Callbacks
    webhooks: Webhooks


def surroundings(configuration: Configuration) -> Surroundings:
    """New ones for an account, with nothing in them."""
    pace, faults, alerts = Pace(), Faults(), Alerts()
    return Surroundings(
        configuration=configuration,
        pace=pace,
        timers=Timers(pace),
        faults=faults,
        alerts=alerts,
        live=Live(),
        callbacks=Callbacks(configuration.auth_token, pace, faults, alerts),
        webhooks=Webhooks(configuration.auth_token, alerts),
    )
