"""The stages of the main job, each in a file of its own with the limit beside it."""

from tests.load.measuring import Stage
from tests.load.stages import email, plan, react, relay, sign, texts, total, webhook

STAGES: list[Stage] = [
    sign.STAGE,
    relay.STAGE,
    react.STAGE,
    plan.STAGE,
    texts.IN_20_MS,
    texts.AT_ONCE,
    email.STAGE,
    webhook.STAGE,
    total.STAGE,
]
