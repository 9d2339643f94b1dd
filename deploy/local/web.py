"""The local stack's web process: all services, and the sandbox's pages behind the same address. Never in production."""

import os
import sys
from collections.abc import Sequence

from shared.installed import service_names
from shared.settings import CoreSettings, SettingsAreWrong, load
from shared.web_server import Wsgi, run_web


def main(arguments: Sequence[str]) -> int:
    """Serve on an address (host:port) with a number of worker processes."""
    bind, workers = arguments
    try:
        settings = load(CoreSettings)
    except SettingsAreWrong as error:
        sys.exit(f"groundswell: {error}")
    return run_web(service_names(), settings, bind, int(workers), around=_beside_the_sandbox)


def _beside_the_sandbox(app: Wsgi) -> Wsgi:
    # Imported in the worker, as all that is served is.
    from deploy.local.sandbox_pages import SandboxPages
    from deploy.local.settings import SANDBOX_URL

    return SandboxPages(app, os.environ[SANDBOX_URL])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
