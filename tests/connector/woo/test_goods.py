"""Products and variations: changes by polling, trash and deletion by webhook or sweep."""

import pytest

from connector.woo import goods
from connector.woo.intake import look_into
from demo.products import forget_product
from demo.storage import Shop

from .mirrors import Mirror, client_for

pytestmark = pytest.mark.database


def variable(shop: Shop) -> int:
    return next(
        number for number, row in shop.products.items() if row["type"] == "variable" and row["variations"]
    )


def test_products_and_variations_are_mirrored(synced: Mirror) -> None:
    parents = {number for number, row in synced.products().items() if row.parent_remote_id == 0}
    listed = {number for number, row in synced.shop.products.items() if row["status"] != "trash"}
    assert parents == listed
    children = {
        number: row.parent_remote_id for number, row in synced.products().items() if row.parent_remote_id
    }
    assert children == {number: row["parent_id"] for number, row in synced.shop.variations.items()}


def test_options_and_categories_stand_in_the_mirror(synced: Mirror) -> None:
    rows = synced.products()
    parent = rows[variable(synced.shop)]
    assert parent.attributes
    children = [row for row in rows.values() if row.parent_remote_id == parent.remote_id and row.attributes]
    assert all(
        row.attributes[name][0] in parent.attributes[name] for row in children for name in row.attributes
    )
    assert all(set(one) == {"id", "name"} for row in rows.values() for one in row.categories)
    assert any(row.categories for row in rows.values())


def test_a_changed_and_a_new_product_come_by_polling(synced: Mirror) -> None:
    number = next(number for number, row in synced.shop.products.items() if row["type"] == "simple")
    client = client_for(synced.shop)
    client.put(f"products/{number}", {"name": "Tea &amp; Co", "regular_price": "4200"})
    made = client.post("products", {"name": "새 상품", "regular_price": "1000"}).body["id"]
    synced.sync_all()
    assert (synced.products()[number].name, synced.products()[number].price) == ("Tea & Co", "4200")
    assert synced.products()[made].name == "새 상품"
    assert synced.counts() == synced.truth()


@pytest.mark.parametrize("force", ["false", "true"])
@pytest.mark.parametrize("way", ["webhook", "sweep"])
def test_a_trashed_or_deleted_product_is_removed(synced: Mirror, force: str, way: str) -> None:
    number = next(number for number, row in synced.shop.products.items() if row["type"] == "simple")
    client_for(synced.shop).delete(f"products/{number}", force=force)
    if way == "webhook":
        look_into(synced.visit(), [("product", number)])
    else:
        synced.sweep()
    assert synced.products()[number].deleted_at is not None
    assert synced.counts() == synced.truth()


def test_a_deleted_variable_product_takes_its_variations_along(synced: Mirror) -> None:
    number = variable(synced.shop)
    children = list(synced.shop.products[number]["variations"])
    client_for(synced.shop).delete(f"products/{number}", force="true")
    synced.sweep()
    assert all(synced.products()[child].deleted_at is not None for child in (number, *children))
    assert synced.counts() == synced.truth()


def test_a_product_back_from_the_trash_is_back(synced: Mirror) -> None:
    number = next(number for number, row in synced.shop.products.items() if row["type"] == "simple")
    client = client_for(synced.shop)
    client.delete(f"products/{number}")
    look_into(synced.visit(), [("product", number)])
    client.put(f"products/{number}", {"status": "publish"})
    synced.sync_all()
    assert synced.products()[number].deleted_at is None


def test_a_removed_variation_leaves_with_the_next_change_of_its_product(synced: Mirror) -> None:
    parent = variable(synced.shop)
    gone = synced.shop.products[parent]["variations"].pop()
    del synced.shop.variations[gone]
    client_for(synced.shop).put(f"products/{parent}", {"name": "바뀐 이름"})
    synced.sync_all()
    assert synced.products()[gone].deleted_at is not None
    assert synced.counts() == synced.truth()


def test_a_product_deleted_between_two_questions_does_not_stop_the_visit(
    synced: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = variable(synced.shop)
    client = client_for(synced.shop)
    client.put(f"products/{parent}", {"name": "kurz da"})
    other = client.post("products", {"name": "bleibt", "regular_price": "1"}).body["id"]
    real = goods.variations_of

    def variations_of(*given: object) -> goods.Variations:
        synced.shop.products.pop(parent, None)
        forget_product(synced.shop, parent)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(goods, "variations_of", variations_of)
    synced.sync_all()
    assert other in synced.products()
    assert synced.state("products").failing_since is None


def test_a_false_alarm_about_a_page_removes_no_product(synced: Mirror) -> None:
    """FACTS §7: product.deleted fired for ordinary pages and posts, ten times."""
    before = synced.whole()
    look_into(synced.visit(), [("product", 330256)])
    assert synced.whole() == before


def test_a_hint_about_a_variation_brings_its_product(synced: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real shop answers a variation's number with its parent's; the list of products leaves it out."""
    parent = variable(synced.shop)
    child = synced.shop.products[parent]["variations"][0]
    synced.shop.variations[child]["price"] = "77"
    visit = synced.visit()
    real = visit.client.get

    def get(path: str, **parameters: object) -> object:
        if path == f"products/{child}":
            return real(f"products/{parent}/variations/{child}")
        return real(path, **parameters)

    monkeypatch.setattr(visit.client, "get", get)
    look_into(visit, [("product", child)])
    assert synced.products()[child].price == "77"
    assert synced.products()[child].parent_remote_id == parent


def test_an_older_answer_about_a_product_is_left_aside(synced: Mirror) -> None:
    number = next(number for number, row in synced.shop.products.items() if row["type"] == "simple")
    visit = synced.visit()
    old = visit.readable([client_for(synced.shop).get(f"products/{number}").body], goods.payloads.product)
    client_for(synced.shop).put(f"products/{number}", {"name": "neuer"})
    synced.sync_all()
    with synced.database.writing() as session:
        goods.write(session, visit, old, [])
    assert synced.products()[number].name == "neuer"
