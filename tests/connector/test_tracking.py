"""Parcels from what tracking plugins keep beside an order."""

import json
from datetime import date

import pytest

from connector.tracking import MOST_PARCELS, SOURCE, Parcel, parcels_of


def test_shipment_tracking_keeps_a_list():
    meta = {
        "_wc_shipment_tracking_items": [
            {"tracking_provider": "dhl", "tracking_number": "00340434161094", "date_shipped": "1795132800"},
            {
                "tracking_provider": "Korea Post",
                "tracking_number": "68900-1234",
                "date_shipped": "2026-11-20",
            },
        ]
    }
    dhl, post = parcels_of(meta)
    assert (dhl.carrier, dhl.number, dhl.sent_on) == ("DHL", "00340434161094", date(2026, 11, 20))
    assert dhl.address == "https://www.dhl.com/global-en/home/tracking.html?tracking-id=00340434161094"
    assert post == Parcel(
        "68900-1234",
        "우체국택배",
        "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1=689001234",
        date(2026, 11, 20),
    )


@pytest.mark.parametrize(
    ("meta", "carrier"),
    [
        ({"_msex_sheet_no": "123456789012", "_msex_dlv_name": "CJ대한통운"}, "CJ대한통운"),
        ({"_aftership_tracking_number": "123456789012", "_aftership_tracking_provider_name": "UPS"}, "UPS"),
        (
            {"_aftership_tracking_items": [{"slug": "hanjin", "tracking_number": "123456789012"}]},
            "한진택배",
        ),
        ({"_tracking_number": 123456789012, "_tracking_provider": "lotte"}, "롯데택배"),
    ],
)
def test_other_plugins_are_read_too(meta, carrier):
    (parcel,) = parcels_of(meta)
    assert (parcel.number, parcel.carrier) == ("123456789012", carrier)
    assert "123456789012" in parcel.address


def test_a_carrier_that_is_not_well_known_has_the_shops_own_page_if_it_is_an_ordinary_one():
    entry = {"tracking_number": "X1", "custom_tracking_provider": "Fahrrad Kurier"}
    page = "https://kurier.example/X1"
    (known,) = parcels_of({"_wc_shipment_tracking_items": [{**entry, "custom_tracking_link": page}]})
    assert known == Parcel("X1", "Fahrrad Kurier", page)
    for evil in ("javascript:alert(1)", "http://kurier.example/X1", "https://", "//kurier.example"):
        (parcel,) = parcels_of({"_wc_shipment_tracking_items": [{**entry, "custom_tracking_link": evil}]})
        assert parcel.address == ""


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"_wc_shipment_tracking_items": ""},
        {"_wc_shipment_tracking_items": [None, 7, {}, {"tracking_number": ["a"]}]},
        {"_wc_shipment_tracking_items": [{"tracking_number": "<script>alert(1)</script>"}]},
        {"_wc_shipment_tracking_items": [{"tracking_number": "1" * 61}]},
        {"_msex_sheet_no": ""},
    ],
)
def test_what_is_no_parcel_is_left_out(meta):
    assert parcels_of(meta) == ()


def test_a_number_comes_once_and_not_without_end():
    items = [{"tracking_number": str(n % 40), "tracking_provider": "ups"} for n in range(100)]
    assert len(parcels_of({"_wc_shipment_tracking_items": items})) == MOST_PARCELS


def test_every_carriers_page_is_https_and_takes_the_number():
    for one in json.loads(SOURCE.read_text("utf-8")):
        assert one["address"].startswith("https://")
        assert one["address"].count("{number}") == 1
