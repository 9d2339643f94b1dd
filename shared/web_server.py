"""The web process: gunicorn with gevent workers, each with an app and connections of its own."""

from collections.abc import Sequence

from shared.service import Service
from shared.settings import CoreSettings


def run_web(services: Sequence[Service], settings: CoreSettings, bind: str, workers: int = 2) -> None:
    """Serve the services until SIGTERM. Does not return."""
