"""What became of a letter, as others may react to it."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class LetterSent(Event):
    """A mail server has taken the letter."""

    letter_id: int


@dataclass(frozen=True)
class LetterFailed(Event):
    """The letter was refused for good, or every try was used up; a person must look."""

    letter_id: int
