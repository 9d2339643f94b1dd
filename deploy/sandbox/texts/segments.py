"""How many segments a text takes: GSM-7 where every character is in its alphabet, UCS-2 otherwise."""

import re

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€\f"
OUTSIDE_GSM = re.compile(f"[^{re.escape(BASIC + EXTENDED)}]")
TWO_SEPTETS = re.compile(f"[{re.escape(EXTENDED)}]")


def segments_of(body: str) -> int:
    """The number of segments that carry a body; an empty one takes one."""
    if OUTSIDE_GSM.search(body):
        return _parts(len(body.encode("utf-16-le")) // 2, alone=70, joined=67)
    return _parts(len(body) + len(TWO_SEPTETS.findall(body)), alone=160, joined=153)


def _parts(length: int, alone: int, joined: int) -> int:
    return 1 if length <= alone else -(-length // joined)
