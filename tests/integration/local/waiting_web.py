"""A web process with one page that waits for the database, to see whether others are answered meanwhile.

Run as a program, with the address to listen on and the number of worker processes.
"""

import sys
from typing import Any

from shared.settings import CoreSettings, load
from shared.web_server import Wsgi, run_web

DATABASE = "waiting"
# Whoever holds this advisory lock keeps the page waiting.
LOCK = 4711


def around(app: Wsgi) -> Wsgi:
    """The app, and beside it `/wait`."""
    import sqlalchemy as sa

    from shared.database import connect

    database = connect(load(CoreSettings).database_url, DATABASE)

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/wait":
            return app(environ, start_response)
        with database.transaction() as transaction:
            transaction.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(LOCK)))
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"done\n"]

    return serve


if __name__ == "__main__":
    sys.exit(run_web([], load(CoreSettings), sys.argv[1], int(sys.argv[2]), around=around))
