"""The stages of the main job, each in a file of its own with the limit beside it."""

from tests.load.measuring import Stage
from tests.load.stages import react, relay, sign

STAGES: list[Stage] = [
    sign.STAGE,
    relay.STAGE,
    react.STAGE,
]
