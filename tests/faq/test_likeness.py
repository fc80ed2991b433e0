"""Claims about which questions ask the same. The pairs are made up for these tests."""

import pytest

from faq.likeness import ALIKE, alike, most_typical, weights

SAME = [
    ("en", "How do I return an item?", "how to return an item"),
    ("en", "How do I return an item?", "returning items"),
    ("en", "Where is my parcel?", "where is my parcel now"),
    ("en", "Do you ship to Canada?", "shipping to canada"),
    ("en", "How can I cancel my order?", "cancel order"),
    ("en", "How can I cancel my order?", "I want to cancel an order"),
    ("en", "do you offer gift wrapping?", "is there gift wrapping"),
    ("en", "Can I pay by invoice?", "paying by invoice"),
    ("en", "Do you have a size chart?", "size chart"),
    ("en", "how long does the battery last", "battery how long"),
    ("en", "change the address of delivery", "Can I change my delivery address?"),
    ("en", "Do you have a store in Seoul?", "is there a store in seoul"),
    ("ko", "반품 어떻게 해요?", "반품은 어떻게 하나요?"),
    ("ko", "반품하고 싶어요", "반품 하고싶은데요"),
    ("ko", "배송비 얼마예요?", "배송비는 얼마인가요"),
    ("ko", "선물 포장 되나요?", "선물포장 가능한가요?"),
    ("ko", "해외 배송 되나요", "해외배송 가능해요?"),
    ("ko", "사이즈 교환하고 싶어요", "사이즈 교환 어떻게 하나요"),
    ("ko", "현금영수증 발급해 주세요", "현금영수증 발급 되나요?"),
    ("ko", "매장에서 픽업할 수 있나요?", "매장 픽업 가능한가요"),
    ("ko", "카드 할부 되나요", "카드 할부 가능한가요?"),
    ("ko", "배송지 변경하고 싶어요", "배송지를 변경하려면 어떻게 하나요?"),
    ("ko", "회원 탈퇴 방법", "회원탈퇴는 어떻게 하나요"),
    ("ko", "세금계산서 발행되나요", "세금 계산서 발행 가능한가요?"),
]
APART = [
    ("en", "How can I cancel my order?", "How can I change my order?"),
    ("en", "Do you ship to Canada?", "Do you ship to Japan?"),
    ("en", "How do I return an item?", "How do I exchange an item?"),
    ("en", "Can I change my delivery address?", "Can I change my e-mail address?"),
    ("en", "Is gift wrapping possible?", "Is gift card possible?"),
    ("en", "change delivery date", "change delivery address"),
    ("en", "return label", "return costs"),
    ("en", "How do I wash wool?", "How do I wash silk?"),
    ("ko", "반품 어떻게 해요?", "교환 어떻게 해요?"),
    ("ko", "배송 언제 와요", "배송비 얼마예요"),
    ("ko", "주문 취소하고 싶어요", "주문 변경하고 싶어요"),
    ("ko", "해외 배송 되나요", "새벽 배송 되나요"),
    ("ko", "현금영수증 발급해 주세요", "세금계산서 발급해 주세요"),
    ("ko", "적립금은 어떻게 쓰나요?", "쿠폰은 어떻게 쓰나요?"),
    ("ko", "사이즈 교환하고 싶어요", "색상 교환하고 싶어요"),
    ("ko", "회원 탈퇴 방법", "회원 가입 방법"),
    ("ko", "니트 세탁 방법", "니트 보관 방법"),
]


def meet(locale: str, one: str, other: str) -> bool:
    return alike(weights(one, locale), weights(other, locale)) >= ALIKE


def test_nine_of_ten_pairs_that_ask_the_same_meet() -> None:
    apart = [pair for pair in SAME if not meet(*pair)]
    assert len(apart) <= len(SAME) // 10, apart


@pytest.mark.parametrize(("locale", "one", "other"), APART)
def test_questions_about_different_things_stay_apart_however_alike_they_sound(locale, one, other) -> None:
    assert not meet(locale, one, other)


@pytest.mark.parametrize("question", ["??", "뭐예요", "how", "ㅠㅠ", "•••", "日本へ送れますか"])
def test_a_question_of_little_words_or_another_script_is_like_itself(question: str) -> None:
    assert meet("ko", question, question)


def test_width_case_and_blots_make_no_difference() -> None:
    assert meet("en", "RETURN •••", "ｒｅｔｕｒｎ")


def test_the_most_typical_question_is_the_one_most_like_all_and_a_shorter_one_wins_a_tie() -> None:
    asked = ["반품은 어떻게 하나요?", "반품 방법", "반품 방법", "반품하고 싶은데 택배 상자가 없어요"]
    assert most_typical(asked, "ko") == "반품 방법"
    assert most_typical(["gift wrap?", "gift wrap"], "en") == "gift wrap"
