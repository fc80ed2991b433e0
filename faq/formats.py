"""Which format files are in, and articles in the format that is wanted."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from core.languages import Text
from faq import folder_format, json_format, parcels, table_format
from faq.carried import Carried, Parcel
from faq.errors import BadParcel

Format = Literal["folder", "csv", "json"]
PictureOf = Callable[[str], bytes | None]  # The bytes of a digest; None when they are lost.


def read_path(path: Path, *, first: str) -> Parcel:
    """The articles of a folder or a file. Raises BadParcel."""
    if path.is_dir():
        return folder_format.read(parcels.in_folder(path), first=first)
    if not path.is_file():
        raise BadParcel(Text("There is no file or folder %(name)s.", name=str(path)))
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadParcel(
            Text("%(name)s cannot be read: %(problem)s.", name=path.name, problem=problem.strerror or "")
        ) from problem
    return read_uploads([(path.name, content)], first=first)


def read_uploads(files: Sequence[tuple[str, bytes]], *, first: str) -> Parcel:
    """The articles of one zip, table or JSON file, or of several Markdown files with their pictures. Raises BadParcel."""
    name, content = files[0] if files else ("", b"")
    ending = name.rpartition(".")[2].lower()
    if len(files) == 1 and ending == "zip":
        return folder_format.read(parcels.in_zip(content), first=first)
    if len(files) == 1 and ending == "csv":
        return table_format.read(content, name, first=first)
    if len(files) == 1 and ending == "json":
        return json_format.read(content, name, first=first)
    if not any(one.lower().endswith((".md", ".markdown")) for one, _content in files):
        raise BadParcel(
            Text("Please give one zip, CSV or JSON file, or Markdown files (.md) with their pictures.")
        )
    return folder_format.read(parcels.uploaded(files), first=first)


def folder_files(articles: Sequence[Carried], *, picture: PictureOf) -> dict[str, bytes]:
    """The articles as the files of a folder."""
    return folder_format.write(articles, picture=picture)


def written(
    articles: Sequence[Carried],
    format: Format,  # noqa: A002 - what people call it
    *,
    picture: PictureOf,
) -> tuple[str, bytes]:
    """The articles as one file: its ending and its bytes."""
    if format == "csv":
        return "csv", table_format.write(articles)
    if format == "json":
        return "json", json_format.write(articles)
    return "zip", parcels.zipped(folder_format.write(articles, picture=picture))
