"""The queue before one reader: order, bounds, and readers that wait, fail or leave."""

import asyncio
from collections.abc import Callable

import pytest

from chat.outlet import MOST_WAITING, PACED, Outlet


class Reader:
    """Takes frames while its gate is open."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.seen: list[str] = []
        self.cuts = 0
        self.outlet = Outlet(self.take, self.cut)

    async def take(self, frame: str) -> None:
        await self.gate.wait()
        self.seen.append(frame)

    def cut(self) -> None:
        self.cuts += 1


def running(check: Callable[[Reader], object]) -> None:
    async def go() -> None:
        await check(Reader())  # type: ignore[misc]

    asyncio.run(go())


def test_a_reader_with_room_has_it_at_once():
    async def check(reader: Reader) -> None:
        reader.outlet.push("a")
        assert reader.seen == ["a"]

    running(check)


def test_frames_keep_their_order_while_the_reader_waits():
    async def check(reader: Reader) -> None:
        reader.gate.clear()
        for place in range(20):
            reader.outlet.push(str(place))
        assert reader.seen == []
        reader.gate.set()
        await reader.outlet.finish()
        assert reader.seen == [str(place) for place in range(20)]

    running(check)


def test_a_reader_is_cut_off_when_its_queue_is_full_and_only_once():
    async def check(reader: Reader) -> None:
        reader.gate.clear()
        for place in range(MOST_WAITING + 50):
            reader.outlet.push(str(place))
        assert (reader.cuts, reader.outlet.closed) == (1, True)
        reader.gate.set()
        await asyncio.sleep(0.01)
        assert reader.seen == ["0"]  # What was on its way already.

    running(check)


def test_who_catches_up_is_never_cut_off():
    async def check(reader: Reader) -> None:
        reader.gate.clear()

        async def catch_up() -> None:
            for place in range(500):
                await reader.outlet.put(str(place))

        task = asyncio.create_task(catch_up())
        await asyncio.sleep(0.01)
        assert not task.done()
        for place in range(MOST_WAITING - PACED - 1):
            reader.outlet.push(f"live {place}")
        reader.gate.set()
        await task
        await reader.outlet.finish()
        assert reader.cuts == 0
        assert [one for one in reader.seen if "live" not in one] == [str(place) for place in range(500)]

    running(check)


@pytest.mark.parametrize("waits", [False, True])
def test_a_reader_that_fails_takes_nothing_more(waits: bool):
    async def check(reader: Reader) -> None:
        async def fail(frame: str) -> None:
            if waits:
                await asyncio.sleep(0)
            raise OSError("gone")

        outlet = Outlet(fail, reader.cut)
        outlet.push("a")
        await asyncio.sleep(0.01)
        outlet.push("b")
        assert (outlet.closed, reader.cuts) == (True, 0)

    running(check)
