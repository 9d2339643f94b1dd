"""What a person has looked at: up to which text of a telephone, and which e-mail of an inbox."""


class Read:
    """The position of the last thing that was shown, by telephone and by inbox."""

    def __init__(self) -> None:
        self._up_to: dict[str, int] = {}

    def mark(self, who: str, position: int) -> None:
        """Everything up to a position was shown."""
        self._up_to[who] = max(position, self._up_to.get(who, -1))

    def is_new(self, who: str, position: int) -> bool:
        """Whether something came after what was shown last."""
        return position > self._up_to.get(who, -1)
