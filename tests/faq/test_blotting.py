"""Claims about what is blotted out of a line before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.blotting import BLOT, blotted

PERSONAL = [
    # E-mail addresses and accounts
    ("minji@example.com", "minji@example.com으로 보내 주세요"),
    ("minji.kim+tea@mail.example.co.kr", "Please mail minji.kim+tea@mail.example.co.kr today"),
    ("minji", "minji (at) example.com is mine"),
    ("minji", "minji 골뱅이 naver.com 이에요"),
    ("minji", "minji at example dot com please"),
    ("minji", "ｍｉｎｊｉ＠ｅｘａｍｐｌｅ．ｃｏｍ 확인해 주세요"),
    ("min", "mi\u200bnji\u00ad@exam\u200bple.com 확인"),
    ("minji_k", "my account is @minji_k right"),
    # Telephone numbers
    ("1234", "010-1234-5678로 전화 주세요"),
    ("1234", "010 1234 5678 연락 바랍니다"),
    ("1234", "01012345678, call me"),
    ("1234", "call me:01012345678."),
    ("1234", "전화,010-1234-5678,언제든지"),
    ("1234", "０１０－１２３４－５６７８ 맞나요"),
    ("1234", "010.1234.5678 맞나요"),
    ("1234", "010\u200b1234\u200b5678 맞나요"),
    ("5678", "+82 (0)10 1234 5678 is my number"),
    ("123", "(02) 123-4567 매장"),
    ("1588", "1588-1234 맞나요"),
    ("1234", "my number is +49 (0)30 1234567"),
    ("555", "(555) 123-4567 works?"),
    ("일이삼사", "공일공 일이삼사 오육칠팔 이에요"),
    ("٣", "٠١٠-١٢٣٤-٥٦٧٨ please"),
    # Numbers of orders, parcels, documents
    ("1234", "주문번호 1234 언제 와요"),
    ("1234", "주문 번호: A-1234 취소해 주세요"),
    ("1234", "주문번호는 1234 입니다 확인 부탁"),
    ("9921", "where is order no. 9921"),
    ("1047", "where is #1047"),
    ("77123", "Is order number is 77123 sent?"),
    ("123", "is order 123 sent"),
    ("6123", "운송장 6123-4567-8901 어디 있나요"),
    ("AA10", "parcel 1Z999AA10123456784 is late"),
    ("123456", "RR123456789KR 어디쯤 왔나요"),
    ("000123", "a copy of INV-000123 please"),
    ("12345678", "passport M12345678 ok"),
    # Cards, accounts, persons
    ("1111", "4111 1111 1111 1111 was charged twice"),
    ("1111", "4111-1111-1111-1111 결제가 두 번 됐어요"),
    ("1111", "4111111111111111원 이 빠졌어요"),
    ("3704", "refund to DE89 3704 0044 0532 0130 00 please"),
    ("WEST", "refund to GB82 WEST 1234 5698 7654 32 please"),
    ("900101", "900101-1234567 본인 확인 되나요"),
    ("1990", "1990.01.02생인데 가입 되나요"),
    ("110", "계좌 110-234-567890 환불해 주세요"),
    # Links and tokens
    ("key", "https://shop.example/my-account/orders/12?key=abcdef why"),
    ("account", "shop.example/account/12 does not open"),
    ("secret", "www.shop.example/secret does not open"),
    ("abc", "/track?email=abc does not open"),
    ("wc_order", "key=wc_order_5fK3xYz why"),
    ("eyJ", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef why"),
    ("3f2504e0", "3f2504e0-4f89-11d3-9a0c-0305e82c3301 why"),
    # Networks
    ("192", "my address 192.168.0.12 is blocked"),
    ("10.0", "10.0.0.1 차단됐나요"),
    ("8a2e", "2001:db8::8a2e:370:7334 is blocked"),
    # Addresses and names
    ("152", "서울 강남구 테헤란로 152 로 되나요"),
    ("1203", "101동 1203호 문 앞에 놓아 주세요"),
    ("Baker", "send it to 12 Baker Street please"),
    ("Torstr", "an die Torstraße 1 bitte"),
    ("Weber", "my name is Anna Weber and I wait"),
    ("민지", "이름은 김민지 맞아요"),
]


@pytest.mark.parametrize(("told", "line"), PERSONAL)
def test_what_tells_who_asked_is_blotted_out(told: str, line: str) -> None:
    kept = blotted(line, longest=300)
    assert BLOT in kept
    assert told not in kept
    assert not any(run.isdigit() and len(run) > 4 for run in kept.split())


@pytest.mark.parametrize(
    "line",
    [
        "반품은 며칠 안에 해야 하나요?",
        "50000원 이상 무료배송인가요",
        "39,000원짜리 쿠폰을 쓸 수 있나요",
        "1,234,567원까지 할부 되나요",
        "해외로 2개 보내면 얼마예요",
        "제주로 3일 안에 오나요",
        "주문 2개 했는데 하나만 취소할래요",
        "배송 3일 걸려요?",
        "주문 취소하고 싶어요",
        "Does the iPhone 15 case fit?",
        "WH-1000XM5 배터리",
        "Is size 42 true to size?",
        "What is in the 2024 collection?",
        "Why is my tracking number invalid?",
        "order 2 get 1 free",
        "Is support there 24/7?",
    ],
)
def test_a_harmless_question_stays_as_it_was_asked(line: str) -> None:
    assert blotted(line, longest=300) == line


@pytest.mark.parametrize("line", ["minji@example.com", "010-1234-5678", "#1047", "  ", "?!", "\0\x07"])
def test_nothing_is_kept_of_a_line_that_holds_nothing_else(line: str) -> None:
    assert blotted(line, longest=300) == ""


def test_control_and_unseen_characters_are_gone_and_lines_become_one() -> None:
    assert blotted("how\tdo\r\nI \x1b[31mreturn\u202e it\0?", longest=300) == "how do I [31mreturn it?"


def test_the_line_is_cut_and_a_number_at_the_cut_leaves_no_piece() -> None:
    assert len(blotted("반품 " * 400, longest=300)) <= 300
    for lead in range(270, 300):
        kept = blotted("x " * (lead // 2) + "010-1234-5678", longest=300)
        assert "010" not in kept


@given(st.text(max_size=400), st.sampled_from(["minji@example.com", "010-1234-5678", "4111 1111 1111 1111"]))
def test_whatever_stands_around_it_a_number_or_an_address_is_never_kept(around: str, secret: str) -> None:
    kept = blotted(f"{around[:200]} {secret} {around[200:]}", longest=300)
    assert secret not in kept


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a@",
        "-",
        "a.",
        "((",
        "1-",
        "가로",
        "a-1",
        "no. ",
        "0:",
        "?a=",
        "가",
        "http",
        "order number ",
        "공 ",
    ],
)
def test_no_line_takes_long(piece: str) -> None:
    """A hundred thousand characters of anything: only the first are looked at."""
    assert len(blotted(piece * (100_000 // len(piece)), longest=300)) <= 300
