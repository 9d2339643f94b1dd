"""How a text is counted and paid for: in segments, which hold less than half where a character is not in GSM-7.

The alphabet is that of 3GPP TS 23.038; of French, é è à ù Ç and É are in it, and ê ë î ï ô û ç œ are not.
"""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these is sent as two characters.
_EXTENDED = frozenset("^{}\\[~]|€\f")
_GSM = _BASIC | _EXTENDED
_PLAIN_PUNCTUATION = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
    }
)


def is_gsm(words: str) -> bool:
    """Whether every character is in GSM-7."""
    return _GSM.issuperset(words)


def segments(words: str) -> int:
    """How many segments a text is sent in."""
    if is_gsm(words):
        length, alone, joined = len(words) + sum(character in _EXTENDED for character in words), 160, 153
    else:
        length, alone, joined = len(words.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


def lightened(words: str) -> str:
    """The same words with typewriter punctuation, where that alone brings them into GSM-7. No accent is ever lost."""
    if is_gsm(words):
        return words
    plain = words.translate(_PLAIN_PUNCTUATION)
    return plain if is_gsm(plain) else words
