"""Blotting out what could tell who wrote a line: addresses, numbers, codes, links, names that are introduced as such.

Rather a harmless word too many than a telephone number too few: the line is kept to learn from, not to be answered.
"""

import re
import unicodedata

BLOT = "•••"
# Twice what is kept of a question. The patterns' worst case grows with the square of this: 30 ms here.
LONGEST_LOOKED_AT = 600

_SEPARATORS = r"[ \-‐-―.()/·_+]"
_MONEY = r"\s?(?:원|won\b|krw|엔|달러|euros?\b|eur\b|usd|dollars?\b|€|\$)"
# What counts things: "해외로 2개" is no house number.
_COUNTED = (
    r"(?:개|일|번|시|주|박|명|인|원|만|천|월|년|회|차|분|장|권|벌|켤레|박스|세트|병|봉|잔|kg|g\b|ml|cm|mm|%)"
)

# A number that is said to be one of an order, an invoice, a parcel, a customer; not "order 2" and not "배송 3일".
_NUMBERED = (
    r"(?:(?:주문|송장|운송장|배송|예약|접수|회원|고객|계좌|결제|승인|거래|전화|핸드폰|휴대폰|연락처|영수증|인보이스|카드)\s?"
    r"(?:번호|no\.?|코드)?\s?(?:는|은|이|가)?|(?:order|invoice|tracking|parcel|customer|account|booking|reference|ref|"
    r"receipt|ticket|phone|case|transaction|bestellung|bestellnummer)(?:\s?(?:number|no\.?|num|id|code|nr\.?))?"
    r"(?: is)?)\s?[:#№=]?\s?#?\s?(?=[\w\-]*\d)(?!\d{1,2}(?![\w\-]))"
    rf"(?!\d{{1,4}}\s?{_COUNTED})[a-z0-9][\w\-]*"
)

_PATTERNS: tuple[tuple[str, str], ...] = (
    # Links first: they hold all the others.
    ("link", r"\b[a-z][a-z0-9+.\-]{1,15}://\S+"),
    ("link", r"\bwww\.\S+"),
    ("link", r"\b(?:[\w\-]+\.)+[a-z]{2,24}(?:/\S*|\?\S+)"),
    ("link", r"\S*[?&][\w\-]+=\S*"),
    ("link", r"\b[a-z_]{2,20}=\S{4,}"),
    # E-mail addresses, also those that were written around the sign; and names of accounts.
    ("e-mail", r"[^\s<>\"',;:]*@\S+"),
    ("e-mail", r"[\w.\-]+\s?(?:\(at\)|\[at\]|골뱅이)\s?[\w\-]+(?:(?:\.|\s?(?:\(dot\)|\[dot\]|점)\s?)[\w\-]+)*"),
    ("e-mail", r"[\w.\-]+ at [\w\-]+ dot [\w\-]+"),
    ("network", r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])"),
    ("network", r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    # Bank accounts, tokens and other long codes.
    ("account", r"\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){2,8}(?:\s?[a-z0-9]{1,4})?\b"),
    ("token", r"\b(?=[\w.\-]*\d)(?=[\w.\-]*[a-z])[\w.\-]{16,}"),
    ("token", r"(?<![\w])[a-z0-9_\-]{26,}"),
    ("number", _NUMBERED),
    ("number", r"[#№]\s?[a-z]{0,6}-?\d[\w\-]*"),
    ("number", r"\b(?:no|nr)\.\s?\d[\w\-]*"),
    ("code", r"\b[a-z]{1,6}[_\-]?\d{5,}\w*"),
    # Telephones, cards, dates of birth: seven digits or more with whatever stands between them.
    ("digits", rf"(?<!\d)(?<!\d,)[+(]?\d(?:{_SEPARATORS}{{0,3}}\d){{6,}}"),
    ("digits", rf"(?<!\d)(?<!\d,)\d{{5,}}(?!\d)(?!{_MONEY})"),
    ("digits", r"\d{8,}"),
    ("digits", r"(?:[공영일이삼사오육륙칠팔구][\s\-]{0,2}){8,}"),
    # Postal addresses.
    ("address", rf"[가-힣]{{1,10}}(?:로|길)\s?\d{{1,4}}(?:번길\s?\d{{1,4}})?(?:-\d{{1,3}})?(?!\d|\s?{_COUNTED})"),
    ("address", r"\d{1,4}동\s?\d{1,4}호"),
    (
        "address",
        r"\b\d{1,5}[a-z]?\s(?:[a-z]+\s){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|boulevard|blvd|court)\b",
    ),
    ("address", r"\b\w{2,30}(?:straße|strasse|str\.)\s?\d{1,4}[a-z]?\b"),
    # Names, where somebody says that it is one.
    ("name", r"(?<=my name is )\w+(?: (?!and\b|i\b|my\b)\w+)?"),
    ("name", r"(?<=name: )\w+(?: \w+)?"),
    ("name", r"(?:(?<=이름은 )|(?<=이름: )|(?<=성함은 )|(?<=예금주 )|(?<=예금주: )|(?<=수령인 )|(?<=받는 사람 ))[가-힣]{2,5}"),
)  # fmt: skip
_WORKING = tuple(re.compile(pattern, re.IGNORECASE) for _, pattern in _PATTERNS)
_DOUBLED = re.compile(rf"{BLOT}(?:[\s,.;:\-]*{BLOT})+")


def plain_line(text: str) -> str:
    """The text as one line: compatible forms of letters made one, control and unseen characters gone."""
    looked_at = unicodedata.normalize("NFKC", text[:LONGEST_LOOKED_AT])
    seen = (" " if sign.isspace() else sign for sign in looked_at if _is_seen(sign))
    return " ".join("".join(seen).split())


def _is_seen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def blotted(text: str, *, longest: int) -> str:
    """The text as one line of at most that many characters, with `BLOT` for whatever could tell who wrote it.

    "" when nothing but blots would be left.
    """
    line = plain_line(text)
    for pattern in _WORKING:
        line = pattern.sub(BLOT, line)
    line = _DOUBLED.sub(BLOT, line)
    says_something = any(sign.isalnum() for sign in line.replace(BLOT, ""))
    return line[:longest].strip() if says_something else ""
