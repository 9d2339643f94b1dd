"""How long to wait before another try: twice as long after each failure, up to a limit, and never all at once."""

import random

FIRST_SECONDS = 2.0
# Twice a number that large is past any limit, and would soon be past what a float holds.
_DOUBLED_AT_MOST = 30


def backoff_seconds(failures: int, longest: float) -> float:
    """Seconds until the next try after that many failures, at least one; half of it by chance."""
    whole = min(longest, FIRST_SECONDS * 2.0 ** min(failures - 1, _DOUBLED_AT_MOST))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - so that not all who failed together come back together
