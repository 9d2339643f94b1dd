"""What keeps the local stack from starting, said in one line."""


class CannotStart(Exception):
    """The local stack, or a part of it, does not come up; the text is one line that says why and what to do."""
