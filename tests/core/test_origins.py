"""Claims about which other pages may read."""

from core.origins import allowed, origin_of


def test_an_origin_is_named_as_browsers_name_it():
    assert origin_of("https://Shop.example:443/store?x=1") == "https://shop.example"
    assert origin_of("http://name:secret@shop.example:8080/") == "http://shop.example:8080"
    assert [origin_of(one) for one in ("", "file:///etc/passwd", "shop.example", "https://")] == [""] * 4


def test_only_the_pages_of_that_site_may_read():
    home = "https://shop.example/store"
    assert allowed("https://shop.example", home) == {"Access-Control-Allow-Origin": "https://shop.example"}
    for other in ("", "null", "http://shop.example", "https://shop.example.evil.example"):
        assert allowed(other, home) == {}
    assert allowed("https://shop.example", "") == {}
