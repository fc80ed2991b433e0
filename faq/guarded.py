"""Values on their way through Markdown: as long as they are guarded, no sign in them means anything to it.

Every ASCII punctuation mark of a value is exchanged for a private sign of Unicode (plane 15) that Markdown takes for a
letter, in text, tables, code and addresses alike; after parsing the marks come back. Backslashes would do it in text
only: in code they show.
"""

import re
import string

_FIRST = 0xF0000
_GUARD = {ord(mark): chr(_FIRST + ord(mark)) for mark in string.punctuation}
_BACK: dict[int, str | None] = {_FIRST + ord(mark): mark for mark in string.punctuation}
# Around an address that may become a link by itself.
_START, _END = chr(_FIRST + 1), chr(_FIRST + 2)
_BACK |= {ord(_START): None, ord(_END): None}

GUARDED_ADDRESS = f"{_START}[^{_START}{_END}]{{1,2000}}{_END}"


def guarded(value: str, *, is_address: bool = False) -> str:
    """The value as one line that stays text wherever in Markdown it stands; an address becomes a link in plain text."""
    line = re.sub(r"\s+", " ", unguarded(value)).strip().translate(_GUARD)
    return f"{_START}{line}{_END}" if is_address else line


def unguarded(text: str) -> str:
    """The text with the marks of its values back; any other text is as it was."""
    return text if text.isascii() else text.translate(_BACK)
