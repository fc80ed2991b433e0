"""A help centre that has been read for a while: articles, what readers asked in vain, votes and readings."""

from sqlmodel import Session

from connector.tables import Store
from core.database import Database
from faq import jobs, settling, voting
from faq.help_centres import help_centre_of
from tests.faq.asking import ask
from tests.faq.factories import article, translation

LONG = "Hello, I bought the large blue teapot for my mother last week and would like to know whether the lid can be bought alone"


def read_for_a_while(database: Database, store_id: int) -> None:
    """Gaps in both languages, one in work, one set aside, one answered; an article that helps and one that does not."""
    with database.writing() as session:
        shop = session.get(Store, store_id)
        assert shop is not None
        help_centre_of(session, store_id)
        for weeks, times in enumerate((5, 3, 4, 2, 0, 1)):
            ask(session, shop, "Do you ship to Canada?", times=times, days_ago=7 * weeks + 0.5)
        ask(session, shop, "shipping to canada", times=2, days_ago=1)
        ask(
            session,
            shop,
            "선물 포장 되나요?",
            "선물포장 가능한가요",
            locale="ko",
            times=4,
            days_ago=2,
            outcome="did_you_mean",
        )
        ask(session, shop, "배송지를 변경하려면 어떻게 하나요?", locale="ko", times=2, days_ago=9)
        ask(session, shop, LONG, "size chart", "cancel my order", "student discount", days_ago=3)
    # Before there is an article: search would answer some of them, and an answered question is no gap.
    jobs.group_questions(database)
    with database.writing() as session:
        _articles(session, session.get_one(Store, store_id))
        found = {one.question: one for one in settling.open_groups(session, store_id, after_id=0, limit=50)}
        settling.draft(session, found["size chart"], by="김민지")
        settling.set_aside(session, found["student discount"], by="Jun Park")
        settling.take_as_sample(session, found["cancel my order"], article_id=1, by="김민지")


def _articles(session: Session, shop: Store) -> None:
    returns = article(
        session, shop, "How do I return or cancel?", "Within 14 days. Do you ship to Canada? Ask us."
    )
    translation(session, returns, "반품과 취소는 어떻게 하나요?", "14일 안에 보내 주세요.")
    gifts = article(session, shop, "선물 포장 안내", "선물 포장 되나요? 네.", locale="ko")
    article(session, shop, "Caring for a teapot", "Rinse it with warm water.")
    for number, views in ((returns.article_id, 41), (gifts.article_id, 6)):
        for _ in range(views):
            voting.viewed(session, article_id=number, locale="en")
    for place in range(14):
        voting.vote(session, article_id=returns.article_id, locale="en", key=f"k{place}", helped=place > 2)
    for place in range(3):
        voting.asked_person(session, article_id=returns.article_id, locale="en")
        said = {"reason": "unclear", "question": "상자가 없는데 반품할 수 있나요?"}
        voting.vote(session, article_id=gifts.article_id, locale="ko", key=f"k{place}", helped=False, **said)
