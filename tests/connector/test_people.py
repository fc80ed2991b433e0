import pytest

from connector.people import address_lines, full_name
from tests.factories import ANNA, MINJI, _row


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("민지", "김", "김민지"),
        ("太郎", "山田", "山田太郎"),
        ("Anna", "Weber", "Anna Weber"),
        ("", "Weber", "Weber"),
        ("", "", ""),
    ],
)
def test_a_name_is_written_as_its_language_does(first: str, last: str, name: str) -> None:
    assert full_name(first, last) == name


def test_an_address_is_written_line_by_line_with_the_country_in_the_readers_language() -> None:
    assert address_lines(_row(MINJI), "ko") == ["김민지", "서울 테헤란로 152", "06236", "대한민국"]
    assert address_lines(_row(ANNA), "en") == ["Anna Weber", "Torstraße 1", "10119 Berlin", "Germany"]


def test_nothing_given_is_no_address() -> None:
    nothing = dict.fromkeys(_row(MINJI), "") | {"country": "KR", "first_name": "민지"}
    assert address_lines(nothing, "ko") == []
