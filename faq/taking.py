"""An import from beginning to end: look, load pictures outside of any transaction, write some articles at a time."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.database import Database
from core.errors import AftercartError
from core.files import Files
from core.languages import Text
from faq import images
from faq.carried import Carried, Parcel, Picture, Taken, with_pictures
from faq.exchange import relate, take_in, told, weigh
from faq.giving_out import KeyBook, key_book
from faq.pictures import drawn_anew

# Articles in one writing transaction: some 60 ms each with two published languages, and others wait meanwhile.
AT_A_TIME = 5

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Wish:
    """How articles are to be taken in, and by whom; with `dry` nothing is written."""

    store_id: int
    by: str
    publish: bool = False
    overwrite: bool = False
    dry: bool = False


def take_in_all(
    database: Database, parcel: Parcel, wish: Wish, *, files: Files, progress: Progress = lambda _done: None
) -> list[Taken]:
    """Take everything in and say of each article what became of it, also of what could not be read."""
    found = [
        Taken(one.key or one.place, "refused", sentence=one.sentence, place=one.place)
        for one in parcel.refused
    ]
    return [*found, *take_in_articles(database, parcel.articles, wish, files=files, progress=progress)]


def take_in_articles(
    database: Database,
    articles: Iterable[Carried],
    wish: Wish,
    *,
    files: Files,
    progress: Progress = lambda _done: None,
) -> list[Taken]:
    """The same for articles that come one by one, such as from a site that is asked page by page."""
    with database.reading() as session:
        book = key_book(session, wish.store_id)
    found: list[Taken] = []
    written: list[Carried] = []
    for some in _batches(_once(articles, found)):
        done = _try(database, some, wish, book) if wish.dry else _take(database, some, wish, book, files)
        found += [one for one, _carried in done]
        written += [carried for one, carried in done if one.outcome in ("new", "changed")]
        progress(len(found))
    late = [one for one in written if one.related]
    if late and not wish.dry:
        with database.writing() as session:
            relate(session, late, book=book)
    return found


def _once(articles: Iterable[Carried], found: list[Taken]) -> Iterator[Carried]:
    """The articles; a second one of the same key is refused."""
    seen: set[str] = set()
    for one in articles:
        if one.key in seen:
            found.append(
                told(one, "refused", Text("The same key comes twice; only the first one was taken."))
            )
        else:
            seen.add(one.key)
            yield one


def _batches(articles: Iterator[Carried]) -> Iterator[list[Carried]]:
    while some := list(islice(articles, AT_A_TIME)):
        yield some


def _try(
    database: Database, some: Sequence[Carried], wish: Wish, book: KeyBook
) -> list[tuple[Taken, Carried]]:
    with database.reading() as session:
        weighed = [
            (one, weigh(session, wish.store_id, one, book=book, overwrite=wish.overwrite)) for one in some
        ]
    return [
        (told(one, it.outcome, it.sentence, int(it.article.id or 0) if it.article else 0), one)
        for one, it in weighed
    ]


def _take(
    database: Database, some: Sequence[Carried], wish: Wish, book: KeyBook, files: Files
) -> list[tuple[Taken, Carried]]:
    wanted = {one.key: done for done, one in _try(database, some, wish, book)}
    ready: list[Carried] = []
    refused: dict[str, Taken] = {}
    for one in some:
        needs_pictures = wanted[one.key].outcome in ("new", "changed")
        try:
            ready.append(_with_own_pictures(database, one, wish, files) if needs_pictures else one)
        except AftercartError as problem:
            refused[one.key] = told(one, "refused", problem.sentence, wanted[one.key].article_id)
    with database.writing() as session:
        taken = take_in(
            session,
            store_id=wish.store_id,
            articles=ready,
            by=wish.by,
            publish=wish.publish,
            overwrite=wish.overwrite,
            book=book,
        )
    done = {one.key: one for one in taken} | refused
    return [(done[one.key], one) for one in some]


def _with_own_pictures(database: Database, carried: Carried, wish: Wish, files: Files) -> Carried:
    """The article with its pictures stored here. Raises what a picture is refused with, and its name."""
    addresses = {}
    for reference, picture in sorted(carried.pictures.items()):
        try:
            addresses[reference] = _kept(database, wish.store_id, files, picture.load(), picture)
        except AftercartError as problem:
            raise type(problem)(
                Text("The picture %(name)s: %(problem)s", name=picture.name, problem=problem.sentence)
            ) from problem
    return with_pictures(carried, addresses) if addresses else carried


def _kept(database: Database, store_id: int, files: Files, content: bytes, picture: Picture) -> str:
    """The address under which readers get that picture."""
    digest = hashlib.sha256(content).hexdigest()
    with database.writing() as session:
        ours = images.drawn_here(session, store_id, digest)
        if ours is not None:
            return images.address_of(ours)  # Drawing it again could only make it worse.
    drawn = drawn_anew(content)
    digest = files.keep(drawn.content)
    with database.writing() as session:
        return images.address_of(
            images.note(session, store_id, drawn, digest, picture.name, source=picture.source)
        )
