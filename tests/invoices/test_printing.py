"""Claims about how contents are said on paper, and about what a document may reach while it is printed."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from invoices import printing_fonts
from invoices.document import InvoiceDocument
from invoices.document_parts import Postal, RateName
from invoices.printing import PackagedOnly, Printer
from invoices.printing_page import (
    Page,
    address_lines,
    kept_whole,
)
from tests.invoices.recorded import invoice


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer(printing_fonts.shelf())


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "https://shop.example/font.woff2",
        "file:///etc/passwd",
        "packaged:../document.py",
        "packaged:OFL.txt",
        "data:,x",
    ],
)
def test_a_document_reaches_nothing_but_the_packaged_fonts(address: str) -> None:
    with pytest.raises(ValueError, match="only the packaged fonts"):
        PackagedOnly(None).fetch(address)


def named(name: str) -> InvoiceDocument:
    document = invoice("krw_mixed_tax_classes", number="1")
    first, *rest = document.lines
    return document.model_copy(update={"lines": (first.model_copy(update={"name": name}), *rest)})


def test_pictures_without_a_font_are_left_out(printer: Printer) -> None:
    # U+0378 is assigned to nothing: no font has a shape for it.
    printed = printer.pdf(named("Tea \u0378cup"))
    assert printed.lacking == frozenset()
    assert "Tea cup" in PdfReader(BytesIO(printed.pdf)).pages[0].extract_text()


def test_letters_without_a_font_are_told(printer: Printer) -> None:
    rare = "\U00016b00\U000120c8\U00010ae5\U0001e2c0\U000116a4"
    lacking = printer.pdf(named(f"Tea {rare}")).lacking
    if not lacking:
        pytest.skip("this machine has fonts even for Pahawh Hmong, cuneiform, Manichaean, Wancho and Takri")
    assert lacking <= set(rare)
    assert printer.pdf(named("Tea")).lacking == frozenset()


@pytest.mark.parametrize(
    ("postal", "lines"),
    [
        (
            Postal(
                street="테헤란로 11길 12",
                street_more="3층",
                city="서울특별시 강남구",
                state="서울",
                postcode="06236",
                country="KR",
            ),
            ["서울특별시 강남구 테헤란로 11길 12, 3층", "06236"],
        ),
        (
            Postal(street="세종대로 110", city="중구", state="KR-11", postcode="04524", country="KR"),
            ["중구 세종대로 110", "04524"],
        ),
        (
            Postal(street="1 Spring St", city="Los Angeles", state="CA", postcode="90001", country="US"),
            ["1 Spring St", "Los Angeles, CA 90001"],
        ),
        (
            Postal(street="Weg 1", city="Köln", state="DE-NW", postcode="50667", country="DE"),
            ["Weg 1", "50667 Köln"],
        ),
        (Postal(country="US"), []),
        (Postal(street="{city}", country="DE"), ["{city}"]),
    ],
)
def test_an_address_is_written_as_its_country_does(postal: Postal, lines: list[str]) -> None:
    assert address_lines(postal) == lines


def test_the_country_is_named_only_abroad() -> None:
    page = Page(invoice("eur_two_rates", language="ko"))
    assert page.address(Postal(city="Köln", country="DE")) == ["Köln"]
    assert page.address(Postal(city="Graz", country="AT")) == ["Graz", "오스트리아"]


def test_korean_words_stay_whole_and_are_escaped() -> None:
    assert kept_whole("아주 긴 상품 이름이 여기에 <있어요>&") == (
        "<span class=word>아주</span> 긴 <span class=word>상품</span> <span class=word>이름이</span>"
        " <span class=word>여기에</span> <span class=word>&lt;있어요&gt;&amp;</span>"
    )


@pytest.mark.parametrize(
    ("rate", "narrow", "full"),
    [
        (RateName(label="부가세", percent="10"), "10%", "부가세 10%"),
        (RateName(label="MwSt. 19%", percent="19"), "19%", "MwSt. 19%"),
        (RateName(label="면세", percent="0"), "면세", "면세"),
        (RateName(label="NY", percent="8.875"), "8.875%", "NY 8.875%"),
    ],
)
def test_a_rate_is_said_once(rate: RateName, narrow: str, full: str) -> None:
    page = Page(invoice("eur_two_rates"))
    assert (page.rate(rate), page.rate_in_full(rate)) == (narrow, full)


def test_fonts_are_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invoices.printing_fonts._unpack", lambda packed: b"font")
    (tmp_path / "shelf").mkdir()
    name = printing_fonts.names()[0]
    font = printing_fonts.unpacked(name, tmp_path / "shelf")
    (kept,) = (tmp_path / "shelf").iterdir()
    assert kept.read_bytes() == font
    kept.write_bytes(b"kept")
    assert printing_fonts.unpacked(name, tmp_path / "shelf") == b"kept"


def test_a_font_folder_that_others_may_write_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = printing_fonts.shelf()
    assert found is not None
    found.chmod(0o777)
    assert printing_fonts.shelf() is None
    found.rmdir()
    found.symlink_to(tmp_path)
    assert printing_fonts.shelf() is None
    assert found.name.endswith(str(os.getuid()))


def test_the_fonts_come_with_their_licence() -> None:
    licence = (printing_fonts.FOLDER / "OFL.txt").read_text()
    assert "Copyright (c) 2021, Kil Hyung-jin" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
