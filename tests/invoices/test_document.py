"""Claims about documents built from the recorded orders and refunds of both demo shops."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from connector.people import full_name
from core.languages import speaking
from invoices import document_held
from invoices.document import Held, InvoiceDocument, build_credit_note, build_invoice, with_number
from invoices.document_parts import Postal, Seller
from invoices.document_people import buyer_of, recipient_of
from tests.invoices import recorded
from tests.invoices.recorded import SCENARIOS, SELLERS, ZONES, credit_note, invoice, refunds_of

HELD = {
    SCENARIOS["krw_order_in_eur"]: "currency_decimals",
    SCENARIOS["krw_order_in_usd"]: "currency_decimals",
    SCENARIOS["krw_total_not_matching_lines"]: "unexplained_total",
}


def rounding_of(document: InvoiceDocument) -> list[tuple[int, int]]:
    return [(line.net_minor, line.tax_minor) for line in document.lines if line.kind == "rounding"]


@pytest.mark.parametrize("order_id", recorded.all_orders())
def test_a_recorded_order_prints_its_own_total_to_the_unit_or_is_held(order_id: int) -> None:
    if order_id in HELD:
        with pytest.raises(Held) as held:
            invoice(order_id)
        assert held.value.reason == HELD[order_id]
        return
    order, _, _ = recorded.order_rows(order_id)
    document = invoice(order_id)
    assert (document.total_minor, document.tax_minor) == (order.total_minor, order.tax_minor)
    assert sum(line.gross_minor for line in document.lines) == order.total_minor
    assert sum(line.tax_minor for line in document.lines) == order.tax_minor
    assert sum(row.tax_minor for row in document.taxes) == order.tax_minor
    assert len(rounding_of(document)) <= 1


@pytest.mark.parametrize("refund_id", recorded.all_refunds())
def test_a_recorded_refund_is_credited_to_the_unit_or_is_held_as_amount_only(refund_id: int) -> None:
    refund = recorded.refund_row(refund_id)
    if not refund.lines:
        with pytest.raises(Held) as held:
            credit_note(refund_id)
        assert held.value.reason == "amount_only_refund"
        return
    document = credit_note(refund_id)
    assert document.total_minor == refund.amount_minor > 0
    assert sum(line.gross_minor for line in document.lines) == refund.amount_minor
    assert sum(row.tax_minor for row in document.taxes) == document.tax_minor
    assert all(line.net_minor >= 0 for line in document.lines if line.kind == "product")


@pytest.mark.parametrize("order_id", sorted(set(recorded.all_orders()) - set(HELD)))
def test_a_snapshot_comes_back_equal_from_its_json(order_id: int) -> None:
    document = invoice(order_id, language="ko", number="A-1")
    assert InvoiceDocument.model_validate_json(document.model_dump_json()) == document


def test_a_snapshot_of_another_shape_does_not_load() -> None:
    altered = invoice("krw_mixed_tax_classes").model_dump(mode="json") | {"extra": 1}
    with pytest.raises(ValidationError):
        InvoiceDocument.model_validate(altered)


def test_a_document_cannot_be_changed_and_numbering_makes_a_new_one() -> None:
    document = invoice("krw_mixed_tax_classes")
    with pytest.raises(ValidationError):
        document.number = "A-1"  # type: ignore[misc]
    assert (document.number, with_number(document, "A-1").number) == ("", "A-1")


def test_dates_are_days_in_the_shops_zone() -> None:
    order, lines, taxes = recorded.order_rows(
        SCENARIOS["krw_mixed_tax_classes"], paid_at=datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    )
    document = build_invoice(
        order,
        lines,
        taxes,
        SELLERS["krw"],
        language="ko",
        zone="Asia/Seoul",
        issued_at=datetime(2026, 12, 31, 14, 59, tzinfo=UTC),
    )
    assert (document.issued_on, document.paid_on) == (date(2026, 12, 31), date(2027, 1, 1))


def test_krw_mixed_tax_classes_tells_exempt_taxed_and_untaxed_apart() -> None:
    rows = [
        (row.rate.label if row.rate else row.kind, row.base_minor, row.tax_minor)
        for row in invoice("krw_mixed_tax_classes").taxes
    ]
    assert rows == [("면세", 90000, 0), ("부가세", 17182, 1718), ("untaxed", 5000, 0)]


def test_usd_la_compound_lays_the_city_tax_on_top_of_the_states() -> None:
    rows = invoice("usd_la_compound_coupon_fee").taxes
    assert [(row.compound, row.base_minor, row.tax_minor) for row in rows if row.rate] == [
        (False, 28106, 2038),
        (True, 30144, 678),
    ]


def test_eur_negative_fee_keeps_each_rates_tax_in_proportion_to_its_base() -> None:
    rows = invoice("eur_negative_fee").taxes
    assert [(row.base_minor, row.tax_minor) for row in rows] == [(11094, 777), (451, 85)]


def test_a_tax_that_the_shop_rounded_apart_by_a_cent_is_one_rounding_line() -> None:
    assert rounding_of(invoice("usd_tax_off_by_one")) == [(0, 1)]


def test_a_line_whose_tax_differs_from_its_rates_parts_prints_the_lines_own() -> None:
    (line, *_) = credit_note(refunds_of("krw_refund_partial_line_tax")[0]).lines
    assert (line.net_minor, line.tax_minor, line.gross_minor) == (14455, 1445, 15900)


def test_krw_coupon_two_names_both_coupons_and_takes_off_the_shops_own_discount() -> None:
    order, _, _ = recorded.order_rows(SCENARIOS["krw_coupon_two"])
    (discount,) = [line for line in invoice("krw_coupon_two").lines if line.kind == "discount"]
    assert discount.name == "welcome10, 5000off"
    assert discount.net_minor == -order.discount_minor


def test_a_free_order_is_an_invoice_over_nothing() -> None:
    document = invoice("krw_zero_total_100pct")
    assert (document.total_minor, [line.kind for line in document.lines]) == (
        0,
        ["product", "discount", "shipping"],
    )


def test_names_are_printed_as_people_read_them() -> None:
    names = {line.name for line in invoice("krw_120_lines").lines}
    assert "USB-C 케이블 & 어댑터" in {" ".join(name.split()) for name in names}
    assert not any("&amp;" in name or "&#8220;" in name for name in names)


def test_chosen_attributes_stand_with_the_line() -> None:
    (line,) = [line for line in invoice("krw_item_meta").lines if line.attributes]
    assert ("각인", "사랑해 ♥") in line.attributes


def test_an_order_whose_decimals_the_shop_cuts_is_held() -> None:
    with pytest.raises(Held) as held:
        invoice("eur_two_rates", store_decimals=0)
    assert held.value.reason == "currency_decimals"
    assert "EUR" in str(held.value.sentence)


def test_a_shop_with_more_decimals_than_the_currency_is_no_reason() -> None:
    assert invoice("krw_mixed_tax_classes", store_decimals=2).total_minor == 113900


def test_amounts_finer_than_the_currency_are_held() -> None:
    with pytest.raises(Held) as held:
        invoice("krw_mixed_tax_classes", exact=False)
    assert held.value.reason == "finer_fractions"


def test_krw_total_not_matching_lines_is_held_with_both_figures() -> None:
    with pytest.raises(Held) as held:
        invoice("krw_total_not_matching_lines")
    assert held.value.details == {"total": "₩12,345", "explained": "₩14,455"}


def test_a_usd_order_whose_total_was_cut_by_a_shop_without_decimals_is_held_even_when_read_with_two() -> None:
    with pytest.raises(Held) as held:
        recorded.invoice_as_read_with(2, "krw_order_in_usd")
    assert held.value.reason == "unexplained_total"


@pytest.mark.parametrize(
    ("seller", "missing"),
    [
        (Seller(name="", address=Postal(street="a", city="b", country="KR")), "name"),
        (Seller(name="Shop", address=Postal(street=" ", city="b", country="")), "street, country"),
    ],
)
def test_a_shop_without_its_own_details_issues_nothing(seller: Seller, missing: str) -> None:
    order, lines, taxes = recorded.order_rows(SCENARIOS["krw_mixed_tax_classes"])
    with pytest.raises(Held) as held:
        build_invoice(order, lines, taxes, seller, language="ko", zone="UTC", issued_at=recorded.ISSUED_AT)
    assert (held.value.reason, held.value.details) == ("missing_shop_data", {"missing": missing})


def test_a_credit_note_names_the_invoice_its_reason_and_the_same_buyer() -> None:
    (refund_id,) = refunds_of("eur_refund_full")
    document = credit_note(refund_id)
    original = invoice("eur_refund_full", number="INV-2026-0001")
    assert document.kind == "credit_note"
    assert document.corrects is not None
    assert (document.corrects.number, document.corrects.issued_on) == ("INV-2026-0001", original.issued_on)
    assert document.corrects.reason == "Widerruf"
    assert (document.buyer, document.total_minor, document.tax_minor) == (
        original.buyer,
        original.total_minor,
        original.tax_minor,
    )


def test_two_partial_refunds_are_two_credit_notes_within_the_invoice() -> None:
    notes = [credit_note(refund_id) for refund_id in refunds_of("krw_refund_two_partials")]
    assert len(notes) == 2
    assert sum(note.total_minor for note in notes) <= invoice("krw_refund_two_partials").total_minor


def test_refunds_beyond_the_invoice_are_held() -> None:
    (refund_id,) = refunds_of("krw_refund_full")
    order, _, _ = recorded.order_rows(SCENARIOS["krw_refund_full"])
    original = invoice("krw_refund_full", number="A-1")
    with pytest.raises(Held) as held:
        build_credit_note(
            recorded.refund_row(refund_id),
            order,
            original,
            SELLERS["krw"],
            zone=ZONES["krw"],
            issued_at=recorded.ISSUED_AT,
            credited_minor=1,
        )
    assert held.value.reason == "refund_exceeds_invoice"


def test_a_refund_of_an_order_that_changed_its_currency_is_held() -> None:
    (refund_id,) = refunds_of("krw_refund_full")
    order, _, _ = recorded.order_rows(SCENARIOS["krw_refund_full"], currency="JPY")
    original = invoice("krw_refund_full", number="A-1")
    with pytest.raises(Held) as held:
        build_credit_note(
            recorded.refund_row(refund_id),
            order,
            original,
            SELLERS["krw"],
            zone="UTC",
            issued_at=recorded.ISSUED_AT,
        )
    assert held.value.reason == "refund_currency"


@pytest.mark.parametrize("reason", document_held.SENTENCES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_reason_is_a_full_sentence(reason: str, language: str) -> None:
    words = (
        "total",
        "explained",
        "currency",
        "decimals",
        "store_decimals",
        "number",
        "refunded",
        "invoice_currency",
    )
    details = {word: f"[{word}]" for word in words} | {"missing": "street, city"}
    with speaking(language):
        shown = str(document_held.sentence(reason, details))
    assert shown.endswith(".")
    assert "%(" not in shown


def test_business_numbers_come_from_the_usual_keys() -> None:
    assert invoice("krw_meta_and_note").buyer.registration_number == "123-45-67890"
    assert buyer_of({}, {"note": "x", "_billing_eu_vat_number": "DE123456789"}).tax_id == "DE123456789"


def test_what_is_no_number_under_a_usual_key_is_not_printed() -> None:
    assert buyer_of({}, {"_vat_number": {"a": 1}, "vat_number": "", "billing_vat": "x" * 400}).tax_id == ""


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("예린", "윤", "윤예린"),
        ("太郎", "田中", "田中太郎"),
        ("John", "Smith", "John Smith"),
        ("", "Smith", "Smith"),
        ("", "", ""),
    ],
)
def test_a_name_is_written_in_its_own_order(first: str, last: str, name: str) -> None:
    assert full_name(first, last) == name


def test_a_delivery_address_is_printed_only_where_it_differs() -> None:
    billed = {"first_name": "Jo", "street": "Main 1", "city": "Köln", "email": "jo@example.com"}
    assert recipient_of(billed, {**billed, "email": ""}) is None
    assert recipient_of(billed, {}) is None
    other = recipient_of(billed, {**billed, "street": "Main 2"})
    assert other is not None
    assert other.address.street == "Main 2"


def test_an_order_without_any_address_still_gets_its_invoice() -> None:
    document = invoice("krw_no_address")
    assert document.recipient is None
    assert document.buyer.address == Postal()
