"""How often somebody may do something at the live edge, counted without leaving the process."""

import time


class Pace:
    """How often something may happen: so many at once, and so many a second after that."""

    __slots__ = ("_a_second", "_at", "_left", "_most")

    def __init__(self, most: float, a_second: float) -> None:
        self._most = self._left = most
        self._a_second = a_second
        self._at = time.monotonic()

    def allows(self) -> bool:
        """Count once more, if it may."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def is_full(self) -> bool:
        """Whether nothing happened for so long that it may be forgotten."""
        return self._left + (time.monotonic() - self._at) * self._a_second >= self._most


class Paces:
    """A pace for each of many. In this process alone: a socket must not wait for another machine's counter."""

    MOST_KEPT = 20_000

    def __init__(self, most: float, a_second: float) -> None:
        self._given = (most, a_second)
        self._paces: dict[object, Pace] = {}

    def allows(self, who: object) -> bool:
        """Count once more for that one, if it may."""
        found = self._paces.get(who)
        if found is None:
            if len(self._paces) >= self.MOST_KEPT:
                self._paces = {one: pace for one, pace in self._paces.items() if not pace.is_full()}
            found = self._paces[who] = Pace(*self._given)
        return found.allows()
