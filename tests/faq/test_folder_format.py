"""Claims about folders of Markdown files: what is understood, what is refused and where that is said."""

import io
import stat
import zipfile

import pytest

from faq import folder_format, formats, parcels
from faq.carried import Carried, CarriedText
from faq.errors import BadParcel
from tests.faq.pictures import picture as png


def read(first="en", **files):
    given = {name.replace("__", "/"): content for name, content in files.items()}
    loads = {name: (lambda c=c: c.encode() if isinstance(c, str) else c) for name, c in given.items()}
    return folder_format.read(parcels.Files(loads), first=first)


def one(text, name="a.en.md", **more):
    return read(**{name: text}, **more)


def refusal(text, **more):
    parcel = one(text, **more)
    assert parcel.articles == []
    return str(parcel.refused[0].sentence)


HEAD = "---\ntitle: Returns\n"


def test_all_fields_are_understood():
    text = HEAD + (
        "kind: policy\npolicy: returns\ncategory: paying\ncategory_name: Paying\naudience: customers\nposition: 3\n"
        "samples:\n- How do I return?\n- 반품 방법\nproducts: [12, 13]\nproduct-categories: 7, 8\nrelated:\n- shipping\n"
        "state: published\nslug: my-returns\nmain: true\nexample: yes\n---\n\nSend it **back**.\n"
    )
    found = one(text).articles[0]
    said = found.main
    assert (found.key, found.kind, found.policy, found.category) == ("a", "policy", "returns", "paying")
    assert (found.audience, found.position, found.example) == ("customers", 3, True)
    assert (found.products, found.product_categories, found.related) == ((12, 13), (7, 8), ("shipping",))
    assert (said.samples, said.state, said.slug) == (
        ("How do I return?", "반품 방법"),
        "published",
        "my-returns",
    )
    assert (said.title, said.category_name, said.body.strip()) == ("Returns", "Paying", "Send it **back**.")


@pytest.mark.parametrize(
    ("written", "title"), [("no", "no"), ("2026-01-01", "2026-01-01"), ("1_0", "1_0"), ("~", "~")]
)
def test_a_title_is_what_is_written_whatever_yaml_makes_of_it(written, title):
    assert one(f"---\ntitle: {written}\n---\nx").articles[0].main.title == title


def test_languages_of_one_key_are_one_article_and_the_main_one_says_so():
    parcel = read(**{"g__a.ko.md": HEAD + "main: true\n---\n하나", "g__a.en.md": HEAD + "---\none"})
    assert [(one.key, one.main_locale, sorted(one.texts)) for one in parcel.articles] == [
        ("g/a", "ko", ["en", "ko"])
    ]


def test_without_a_language_in_its_name_a_file_is_in_the_first_language():
    assert one(HEAD + "---\nx", name="how-to.md", first="ko").articles[0].main_locale == "ko"


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference():
    found = read(**{"a.en.md": b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n\r\nOne\r\nTwo\r\n"}).articles[0]
    assert (found.main.title, found.main.body.strip()) == ("T", "One\nTwo")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no front matter", "line 1: There is no title"),
        ("---\nkind: faq\n---\nx", "There is no title"),
        (HEAD + "kind: poem\n---\nx", "line 3: “kind” is one of"),
        (HEAD + "state: open\n---\nx", "line 3: “state” is one of"),
        (HEAD + "\n\ncolour: red\n---\nx", "line 5: “colour” is no field"),
        (HEAD + "title: Twice\n---\nx", "line 3: “title” stands there twice"),
        (HEAD + "position: many\n---\nx", "line 3: “position” takes whole numbers"),
        (HEAD + "products: [1, two]\n---\nx", "line 3: “products” takes whole numbers"),
        (HEAD + "main: maybe\n---\nx", "line 3: “main” takes true or false"),
        (HEAD + "samples: {a: b}\n---\nx", "line 3: “samples” is neither"),
        (HEAD + "samples: &a [x]\nrelated: *a\n---\nx", "line 3: References"),
        (HEAD + "samples: !!python/object/apply:os.system [ls]\n---\nx", "line 3: Tags"),
        (HEAD + "samples: [[[[[[[[[[x]]]]]]]]]]\n---\nx", "nested too deeply"),
        (HEAD + "kind: 'faq\n---\nx", "line"),
        ("---\n- a\n- b\n---\nx", "lines “name: value”"),
        ("---\ntitle: never ends\n", "never ends"),
        ("---\ntitle: " + "x" * 70_000 + "\n---\nx", "longer than 64 KB"),
        ("---\ntitle: \x07\n---\nx", "line 1"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_file_and_line(text, words):
    sentence = refusal(text)
    assert "a.en.md" in sentence
    assert words in sentence


def test_a_bomb_of_references_is_refused_before_it_grows():
    bomb = (
        "---\ntitle: x\na: &a ["
        + "l," * 9
        + "]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [" + f"*{chr(97 + n)}," * 9 + "]\n" for n in range(8))
    )
    assert "References" in refusal(bomb + "---\nx")


def test_deep_brackets_exhaust_nothing():
    assert "nested too deeply" in refusal(HEAD + "samples: " + "[" * 30_000 + "\n---\nx")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("제목".encode("cp949"), "line 1: this is not UTF-8"),
        (b"---\ntitle: T\n---\nok\n\xff", "line 5: this is not UTF-8"),
        ("---\ntitle: T\n---\n".encode("utf-16"), "UTF-16"),
        (b"---\ntitle: T\n---\na\x00b", "line 4"),
        (b"---\ntitle: T\n---\n" + b"x" * 2_000_000, "larger than 1024 KB"),
    ],
)
def test_what_is_no_text_of_ours_is_refused_by_file_and_line(content, words):
    sentence = refusal(content)
    assert "a.en.md" in sentence
    assert words in sentence


def test_languages_that_contradict_each_other_refuse_the_article_whole():
    for ko in (HEAD + "kind: guide\n---\nx", HEAD + "main: true\n---\nx", "broken"):
        parcel = read(
            **{"a.en.md": HEAD + "kind: faq\nmain: true\n---\nx", "a.ko.md": ko, "b.en.md": HEAD + "---\ny"}
        )
        assert [one.key for one in parcel.articles] == ["b"]
        assert parcel.refused


def test_pictures_beside_an_article_are_found_and_code_is_left_alone():
    body = "![A](<my shot.png>) ![B](../up/b.jpg) ![C](https://x.example/c.png)\n\n```\n![D](none.png)\n```\n"
    parcel = read(
        **{
            "g__a.en.md": HEAD + "---\n" + body,
            "g__my shot.png": png(),
            "up__b.jpg": png("JPEG"),
            "unused.png": png(),
        }
    )
    assert sorted(parcel.articles[0].pictures) == ["g/my shot.png", "up/b.jpg"]


@pytest.mark.parametrize("reference", ["gone.png", "../../../etc/passwd.png", "a.en.md", "evil.svg"])
def test_a_picture_that_is_not_there_or_none_refuses_the_article(reference):
    assert "not in the folder" in refusal(HEAD + f"---\n![x]({reference})", **{"evil.svg": "<svg/>"})


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "outside.md").write_text(HEAD + "---\nsecret")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.en.md").symlink_to(tmp_path / "outside.md")
    (inside / "loop").symlink_to(inside)
    parcel = formats.read_path(inside, first="en")
    assert (parcel.articles, sorted(one.place for one in parcel.refused)) == ([], ["a.en.md", "loop"])


# -- zips ----------------------------------------------------------------------------------------------------------


def bundle(files):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name) if isinstance(name, str) else name
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return written.getvalue()


def unzipped(files):
    return formats.read_uploads([("x.zip", bundle(files))], first="en")


def test_a_folder_that_was_zipped_as_a_whole_is_the_same_as_its_files():
    assert unzipped({"my/a.en.md": HEAD + "---\nx", "__MACOSX/._a": "x"}).articles[0].key == "a"
    assert unzipped({"my/a.en.md": HEAD + "---\nx", "my/.DS_Store": "x"}).articles[0].key == "a"


@pytest.mark.parametrize(
    "name", ["../a.en.md", "/etc/a.en.md", "x/../../a.en.md", "..\\a.en.md", "C:/a.en.md"]
)
def test_names_that_lead_out_of_a_zip_are_refused(name):
    parcel = unzipped({name: HEAD + "---\nx", "b.en.md": HEAD + "---\ny"})
    assert [one.key for one in parcel.articles] == ["b"]
    assert "leads out" in str(parcel.refused[0].sentence)


def test_a_link_in_a_zip_is_refused():
    link = zipfile.ZipInfo("a.en.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    parcel = unzipped({link: "/etc/passwd"})
    assert "link" in str(parcel.refused[0].sentence)


def test_a_zip_that_unpacks_without_end_is_stopped(monkeypatch):
    big = b"\0" * (parcels.LARGEST_FILE + 1)
    assert "larger than 10 MB" in str(unzipped({"a.en.md": big}).refused[0].sentence)
    monkeypatch.setattr(parcels, "LARGEST_WHOLE", 3_000_000)
    parcel = unzipped({f"{n}.en.md": HEAD + "---\n" + "x" * 900_000 for n in range(5)})
    assert "unpacks to more than" in str(parcel.refused[0].sentence)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 60, b"no zip at all"])
def test_a_damaged_zip_is_refused(content):
    with pytest.raises(BadParcel, match="damaged"):
        formats.read_uploads([("x.zip", content)], first="en")


def test_a_zip_damaged_inside_refuses_its_files():
    made = bytearray(bundle({"a.en.md": HEAD + "---\n" + "xyz" * 300}))
    made[60] ^= 0xFF
    parcel = formats.read_uploads([("x.zip", bytes(made))], first="en")
    assert (parcel.articles, len(parcel.refused)) == ([], 1)


def test_an_export_names_strange_keys_so_that_every_file_system_takes_them():
    keys = ["a", "A", "../../x", "wordpress:shop.example:post:1", "k" * 290, "guides/one", "con?|*"]
    texts = {"en": CarriedText("T", "B")}
    files = folder_format.write([Carried(key, "en", texts) for key in keys], picture=lambda _digest: None)
    assert len(files) == len(keys) + 1
    assert len({name.casefold() for name in files}) == len(files)
    assert all(len(name.encode()) < 250 and ".." not in name and ":" not in name for name in files)
    loads = {name: (lambda c=c: c) for name, c in files.items()}
    again = folder_format.read(parcels.Files(loads), first="ko")
    assert sorted(one.key for one in again.articles) == sorted(keys)
