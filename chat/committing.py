"""Where what shoppers say is written: by one thread, all that waits in one transaction, since a disk takes its time for each.

Whoever hands something in hears only after the commit what became of it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from chat.actions import Posted
from chat.errors import ChatBusy
from chat.saying import Fresh, Mark, Outcome, Said, mark_all, say_all
from core.database import Database, after_commit
from core.errors import AftercartError
from core.languages import Text
from core.logs import log

# One transaction holds the writer for some 20 ms at most; others of the service write too.
MOST_AT_ONCE = 64
MOST_WAITING = 5000

Reply = Callable[[Outcome], None]


class Committer:
    """The writer of one process. `reply` is called in its thread and must be quick, and so is `told`.

    `told` is given what is new right after the commit, before any note of it: it spares looking for what is at hand.
    """

    def __init__(self, database: Database, told: Callable[[Sequence[Fresh]], None]) -> None:
        self._database = database
        self._told = told
        self._lock = Lock()
        self._waiting: deque[tuple[Said, Reply]] = deque()
        self._marks: dict[tuple[int, str], Mark] = {}
        self._writing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chat-writer")

    def add(self, said: Said, reply: Reply) -> None:
        """Have it written. Raises ChatBusy when too much waits already."""
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise ChatBusy(Text("Too much is going on here. Please try again in a moment."))
            self._waiting.append((said, reply))
            self._begin()

    def say(self, said: Said) -> Posted:
        """Have it written and wait. Raises why it was refused."""
        heard: Future[Outcome] = Future()
        self.add(said, heard.set_result)
        outcome = heard.result()
        if isinstance(outcome, AftercartError):
            raise outcome
        return outcome

    def mark(self, mark: Mark) -> None:
        """Have a read mark written soon; of several of one reader the farthest."""
        key = (mark.conversation_id, mark.reader)
        with self._lock:
            before = self._marks.get(key)
            if (before is None and len(self._marks) < MOST_WAITING) or (before and before.seq < mark.seq):
                self._marks[key] = mark
            self._begin()

    def close(self) -> None:
        """Write what waits, and end."""
        self._thread.shutdown()

    def _begin(self) -> None:
        if not self._writing:
            self._writing = True
            self._thread.submit(self._write)

    def _write(self) -> None:
        while True:
            with self._lock:
                taken = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
                marks, self._marks = list(self._marks.values()), {}
                if not taken and not marks:
                    self._writing = False
                    return
            outcomes = self._committed([said for said, _reply in taken], marks)
            for (_said, reply), outcome in zip(taken, outcomes, strict=True):
                reply(outcome)

    def _committed(self, batch: Sequence[Said], marks: Sequence[Mark]) -> list[Outcome]:
        try:
            with self._database.writing() as session:
                fresh: list[Fresh] = []
                after_commit(session, lambda: self._told(fresh))
                outcomes = say_all(session, batch, fresh) if batch else []
                if marks:
                    mark_all(session, marks)
        except Exception as problem:  # A database fails in many ways; the thread must go on.
            if len(batch) + bool(marks) > 1:  # What harmed one must not harm the others.
                alone = [self._committed([one], [])[0] for one in batch]
                self._committed([], marks)
                return alone
            log("chat").error("message_not_kept", problem=type(problem).__name__)
            failed = ChatBusy(Text("This could not be kept. Please try again in a moment."))
            return [failed for _ in batch]
        return outcomes
