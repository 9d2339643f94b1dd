"""All about texts in one place: what there is, how one is sent, and how one is written on a telephone."""

from deploy.sandbox.surroundings import Surroundings
from deploy.sandbox.texts.keywords import OptOuts
from deploy.sandbox.texts.messages import Messages
from deploy.sandbox.texts.receiving import Receiving


class Texts:
    """Sends texts, receives them, and remembers both."""

    def __init__(self, around: Surroundings) -> None:
        self.messages = Messages()
        self.opt_outs = OptOuts()
        self._receiving = Receiving(around, self.messages, self.opt_outs)
        self.replies = self._receiving.replies
        self.send = self._receiving.sending.send
        self.cancel = self._receiving.sending.cancel
        self.write = self._receiving.write

    def clear(self, *, rules_too: bool) -> None:
        """Forget all texts and opt-outs, and the rules of replying if wanted."""
        self.messages.clear()
        self.opt_outs.clear()
        self.replies.clear(rules_too=rules_too)
