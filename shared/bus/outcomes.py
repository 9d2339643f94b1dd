"""The three words in which a reaction says that it did not simply act. Anything else it raises counts as `Retry`."""


class Retry(Exception):
    """Not now: try again with backoff, such as an event about something not yet heard of."""


class Reject(Exception):
    """Never: park it in dead letters at once, with this reason."""


class Skip(Exception):
    """Nothing to do: count it as handled."""
