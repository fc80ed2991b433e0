"""Articles as one table (CSV): a row for each article and language, UTF-8, separated by commas or semicolons.

Cells that a spreadsheet would take for a formula carry an apostrophe in front, and lose it when they come back.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.languages import Text
from faq import fields
from faq.carried import Carried, CarriedText, Parcel, Refusal
from faq.errors import BadParcel
from faq.fields import BadField
from faq.parcels import decoded

COLUMNS = (
    "key", "locale", "main", "title", "body", "slug", "samples", "state", "kind", "policy", "category",
    "category_name", "audience", "position", "products", "product_categories", "related", "example",
)  # fmt: skip
MOST_ROWS = 50_000
LONGEST_CELL = 1_000_000  # Letters. A quote that never ends would otherwise swallow the whole file.
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")

csv.field_size_limit(LONGEST_CELL)  # The module's own limit is shorter than a long article.

Part = tuple[str, str, CarriedText, Mapping[str, Any], bool]


def read(content: bytes, name: str, *, first: str) -> Parcel:
    """The articles of a table. Raises BadParcel when it is none; single bad articles are refused with their line."""
    text = decoded(content, name)
    rows = _rows(text, name)
    header = [cell.strip().lower() for cell in next(rows, (1, []))[1]]
    _check_header(header, name)
    parts: dict[str, list[Part]] = defaultdict(list)
    refused: dict[str, Refusal] = {}
    for count, (at, cells) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise BadParcel(
                Text("%(name)s has more than %(most)s rows. Please divide it.", name=name, most=MOST_ROWS)
            )
        if not any(cells):
            continue
        place = f"{name}:{at}"
        key = cells[header.index("key")].strip() if len(cells) > header.index("key") else ""
        try:
            part = (place, *_part(header, cells, first))
            parts[key].append(part)
        except BadField as problem:
            sentence = Text(
                "%(name)s, line %(line)s: %(problem)s", name=name, line=at, problem=problem.sentence
            )
            refused.setdefault(key or place, Refusal(place, sentence, key))
    return _parcel(parts, refused, first)


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, name), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, [_unguarded(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise BadParcel(
            Text(
                "%(name)s, line %(line)s: the row that begins here cannot be read. Does a quotation mark never end?",
                name=name,
                line=begins,
            )
        ) from problem


def _delimiter(text: str, name: str) -> str:
    head = text.partition("\n")[0].strip()
    try:
        return str(csv.Sniffer().sniff(head[:2000], delimiters=",;\t").delimiter)
    except csv.Error as problem:
        raise BadParcel(
            Text("%(name)s, line 1: these are no column names separated by commas or semicolons.", name=name)
        ) from problem


def _check_header(header: Sequence[str], name: str) -> None:
    strange = next((column for column in header if column and column not in (*COLUMNS,)), "")
    missing = next((column for column in ("key", "title", "body") if column not in header), "")
    columns = ", ".join(COLUMNS)
    if strange:
        raise BadParcel(
            Text(
                "%(name)s, line 1: the columns are %(columns)s. “%(strange)s” is none of them.",
                name=name,
                columns=columns,
                strange=strange[:40],
            )
        )
    if missing or len(set(header)) != len(header):
        raise BadParcel(
            Text(
                "%(name)s, line 1: the columns are %(columns)s. Each may stand there once, and key, title and body must.",
                name=name,
                columns=columns,
            )
        )


def _part(header: Sequence[str], cells: Sequence[str], first: str) -> tuple[str, CarriedText, Any, bool]:
    if len(cells) > len(header):
        raise BadField("", Text("The row has more cells than the table has columns."))
    given = dict(zip(header, cells, strict=False))
    if not given.get("key", "").strip():
        raise BadField("key", Text("There is no key."))
    locale = given.get("locale", "").strip() or first
    text = fields.text_of(given, given.get("body", ""))
    return locale, text, fields.shared_of(given), fields.yes(given, "main")


def _parcel(parts: Mapping[str, list[Part]], refused: dict[str, Refusal], first: str) -> Parcel:
    articles = []
    for key, found in parts.items():
        if key in refused:
            continue
        try:
            articles.append(fields.put_together(key, found[0][0], found, first))
        except BadField as problem:
            refused[key] = Refusal(found[0][0], problem.sentence, key)
    return Parcel(articles, list(refused.values()))


# -- writing -----------------------------------------------------------------------------------------------------


def write(articles: Sequence[Carried]) -> bytes:
    """The table. With a byte order mark, or spreadsheets would take Korean for something else."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for article in articles:
        shared = fields.written_shared(article)
        for locale, text in article.texts.items():
            main = locale == article.main_locale
            given: dict[str, object] = {"key": article.key, "locale": locale, "body": text.body}
            given |= {**fields.written_text(text), **({"main": True, **shared} if main else {})}
            table.writerow([guarded_cell(_cell(given.get(column, ""))) for column in COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def guarded_cell(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if GUARDED.match(cell) else cell
