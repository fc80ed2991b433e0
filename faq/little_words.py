"""Words that say little about what is meant, from the sections of faq/little_words.txt."""

from pathlib import Path

SOURCE = Path(__file__).with_name("little_words.txt")


def _sections() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line[1:].partition("]")[0], set())
        elif not line.startswith("#"):
            section.update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


_found = _sections()
ENGLISH_LITTLE = _found["english little"]
ENGLISH_FRAMES = _found["english frames"]
HANGUL_ENDINGS = _found["hangul endings"]
HANGUL_PARTICLES = _found["hangul particles"]
HANGUL_FRAMES = _found["hangul frames"]
