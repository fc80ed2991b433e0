"""Coming in: the first owner, invitations, signing in and out, forgotten passwords."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from sqlmodel import select

from core.database import Database
from staff import entry, links, passwords, queries, sessions
from staff.tables import StaffLink, StaffMember, StaffSession
from tests.staff.conftest import PASSWORD, Hire, SignIn
from tests.standins import Clock

pytestmark = pytest.mark.database


def first_link(database: Database) -> str:
    with database.writing() as session:
        return str(links.first_owner_link(session))


def cookie_of(client) -> str:
    return str(client.cookies.get("aftercart_session") or "")


# -- the first owner ---------------------------------------------------------------------------------------------


def test_the_first_link_makes_the_owner_and_signs_in(database, browser: SignIn) -> None:
    client = browser()
    token = first_link(database)
    assert "Make the owner" in client.get(f"/welcome/{token}").text
    made = client.post(
        f"/welcome/{token}", data={"name": "Minji Kim", "email": "Minji@Shop.Example", "password": PASSWORD}
    )
    assert made.status_code == 303
    assert client.get("/").status_code == 200
    with database.reading() as session:
        owner = session.exec(select(StaffMember)).one()
    assert (owner.role, owner.email, owner.name) == ("owner", "minji@shop.example", "Minji Kim")
    assert passwords.matches(PASSWORD, owner.password_hash)


def test_a_link_works_once(database, browser: SignIn) -> None:
    token = first_link(database)
    form = {"name": "A", "email": "a@shop.example", "password": PASSWORD}
    assert browser().post(f"/welcome/{token}", data=form).status_code == 303
    again = browser().post(f"/welcome/{token}", data=form | {"email": "b@shop.example"})
    assert again.status_code == 404
    with database.reading() as session:
        assert len(queries.members(session)) == 1


def test_a_second_start_voids_the_link_of_the_first(database, browser: SignIn) -> None:
    old, new = first_link(database), first_link(database)
    assert browser().get(f"/welcome/{old}").status_code == 404
    assert browser().get(f"/welcome/{new}").status_code == 200


def test_there_is_no_first_link_once_there_is_an_owner(database, hire: Hire) -> None:
    first_link(database)
    hire("owner")
    with database.writing() as session:
        assert links.first_owner_link(session) is None
        assert session.exec(select(StaffLink)).all() == [], "an old link must not make a second owner"


def test_a_link_ends_with_its_time(database, browser: SignIn, clock: Clock) -> None:
    token = first_link(database)
    clock.advance(hours=24)
    assert browser().get(f"/welcome/{token}").status_code == 404


def test_no_token_is_stored_in_clear(database) -> None:
    token = first_link(database)
    with database.reading() as session:
        link = session.exec(select(StaffLink)).one()
    assert token not in repr(link)
    assert link.token_digest is not None
    assert len(link.token_digest) == 64


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "too short"}, "at least 10"),
        ({"password": "minjiminjiminji"}, "easy to guess"),
        ({"password": "aaaaaaaaaaaaaa"}, "easy to guess"),
        ({"email": "nowhere"}, "is no e-mail address"),
        ({"name": "  "}, "Please give a name"),
    ],
)
def test_a_refused_form_says_why_and_keeps_the_link(database, browser: SignIn, changes, said) -> None:
    token, client = first_link(database), browser()
    form = {"name": "Minji", "email": "minji@shop.example", "password": PASSWORD} | changes
    refused = client.post(f"/welcome/{token}", data=form)
    assert refused.status_code == 400
    assert said in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert PASSWORD not in refused.text
    assert client.get(f"/welcome/{token}").status_code == 200


# -- signing in and out ------------------------------------------------------------------------------------------


def test_signing_in_needs_the_right_password(hire: Hire, browser: SignIn) -> None:
    member = hire("agent")
    client = browser()
    wrong = client.post("/sign-in", data={"email": member.email, "password": "not this one"})
    assert wrong.status_code == 401
    assert not cookie_of(client)
    right = client.post("/sign-in", data={"email": f" {member.email.upper()} ", "password": PASSWORD})
    assert right.status_code == 303
    assert client.get("/").status_code == 200


def test_unknown_disabled_and_mistaken_get_the_same_answer(database, hire: Hire, browser: SignIn) -> None:
    known, gone = hire("owner"), hire("agent")
    with database.writing() as session:
        session.merge(gone).disabled_at = gone.created_at
    answers = set()
    for email in (known.email, gone.email, "nobody@shop.example"):
        answer = browser().post("/sign-in", data={"email": email, "password": "not this one"})
        answers.add((answer.status_code, answer.text.replace(email, "…")))
    assert len(answers) == 1
    refused = browser().post("/sign-in", data={"email": gone.email, "password": PASSWORD})
    assert refused.status_code == 401


def test_an_unknown_address_takes_as_long_as_a_known_one(hire: Hire) -> None:
    member = hire("owner")
    passwords.matches("warm", None)

    def median(password_hash: str | None) -> float:
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            passwords.matches("not this one", password_hash)
            taken.append(time.perf_counter() - started)
        return statistics.median(taken)

    known, unknown = median(member.password_hash), median(None)
    assert unknown > known / 2, "an answer without the hash's work would tell who has an account"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_plain_http(hire: Hire, browser: SignIn) -> None:
    member = hire("owner")
    form = {"email": member.email, "password": PASSWORD}
    plain = browser().post("/sign-in", data=form).headers.get_list("set-cookie")[0].lower()
    assert "httponly" in plain
    assert "samesite=lax" in plain
    assert "secure" not in plain
    safe = browser(base_url="https://service.example").post("/sign-in", data=form)
    assert "secure" in safe.headers.get_list("set-cookie")[0].lower()


def test_a_cookie_planted_before_signing_in_opens_nothing_afterwards(
    database, hire: Hire, browser: SignIn
) -> None:
    attacker, victim = hire("reader"), hire("owner")
    planted = cookie_of(browser(attacker))
    client = browser()
    client.headers["cookie"] = f"aftercart_session={planted}"
    answer = client.post("/sign-in", data={"email": victim.email, "password": PASSWORD})
    fresh = re.search(r"aftercart_session=([\w-]+)", answer.headers["set-cookie"])
    assert fresh
    assert fresh.group(1) != planted
    with database.reading() as session:
        assert queries.identify(session, planted) is None
        assert getattr(queries.identify(session, fresh.group(1)), "staff_id", 0) == victim.id


def test_no_cookie_is_stored_in_clear(database, hire: Hire, browser: SignIn) -> None:
    cookie = cookie_of(browser(hire("owner")))
    with database.reading() as session:
        assert cookie not in repr(session.exec(select(StaffSession)).one())


def test_signing_out_ends_the_session_on_the_server(hire: Hire, browser: SignIn) -> None:
    client = browser(hire("owner"))
    cookie = cookie_of(client)
    assert client.post("/sign-out").status_code == 303
    client.headers["cookie"] = f"aftercart_session={cookie}"
    assert client.get("/").status_code == 303


def test_guessing_is_stopped_after_ten_tries_even_with_the_right_password(
    hire: Hire, browser: SignIn
) -> None:
    member = hire("owner")
    for _ in range(10):
        browser().post("/sign-in", data={"email": member.email, "password": "not this one"})
    stopped = browser().post("/sign-in", data={"email": member.email.upper(), "password": PASSWORD})
    assert stopped.status_code == 429
    assert "Too many tries" in stopped.text


def test_one_client_cannot_guess_at_many_addresses(browser: SignIn, monkeypatch) -> None:
    monkeypatch.setattr(entry, "TRIES_PER_CLIENT", "3/15 minutes")
    answers = [
        browser().post("/sign-in", data={"email": f"p{n}@shop.example", "password": "x"}).status_code
        for n in range(4)
    ]
    assert answers == [401, 401, 401, 429]


def test_a_sign_in_form_from_another_site_is_refused(hire: Hire, browser: SignIn) -> None:
    member, client = hire("owner"), browser()
    form = {"email": member.email, "password": PASSWORD}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert client.post("/sign-in", data=form, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "crafted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_after_signing_in_nobody_is_sent_to_another_site(hire: Hire, browser: SignIn, crafted) -> None:
    member = hire("owner")
    form = {"email": member.email, "password": PASSWORD, "next": crafted}
    assert browser().post("/sign-in", data=form).headers["location"] == "/"


def test_a_deep_link_is_opened_after_signing_in(hire: Hire, browser: SignIn) -> None:
    member, client = hire("owner"), browser()
    sent = client.get("/orders?state=paid&q=kim").headers["location"]
    assert sent == "/sign-in?next=/orders%3Fstate%3Dpaid%26q%3Dkim"
    form = {"email": member.email, "password": PASSWORD, "next": "/orders?state=paid&q=kim"}
    assert client.post("/sign-in", data=form).headers["location"] == "/orders?state=paid&q=kim"


# -- sessions over time ------------------------------------------------------------------------------------------


def test_a_session_lives_on_while_it_is_used_and_ends_after_two_idle_weeks(
    hire: Hire, browser: SignIn, clock: Clock
) -> None:
    client = browser(hire("owner"))
    for _ in range(3):
        clock.advance(days=13)
        assert client.get("/settings").status_code == 200
    clock.advance(days=14)
    assert client.get("/settings").status_code == 303


def test_no_session_outlives_sixty_days(hire: Hire, browser: SignIn, clock: Clock) -> None:
    client = browser(hire("owner"))
    answers = []
    for _ in range(6):
        clock.advance(days=10)
        answers.append(client.get("/settings").status_code)
    assert answers == [200] * 5 + [303]


def test_old_sessions_are_forgotten(database, hire: Hire, browser: SignIn, clock: Clock) -> None:
    member = hire("owner")
    browser(member)
    clock.advance(days=14)
    browser(member)
    with database.writing() as session:
        sessions.forget_old(session)
        assert len(session.exec(select(StaffSession)).all()) == 1


# -- a forgotten password ----------------------------------------------------------------------------------------


def reset_token(database: Database) -> str:
    with database.writing() as session:
        link = session.exec(select(StaffLink).where(StaffLink.kind == "reset")).one()
        return links.fresh_token(session, int(link.id or 0))


def test_a_reset_answers_the_same_whoever_asks(database, hire: Hire, browser: SignIn) -> None:
    member = hire("owner")
    known = browser().post("/reset", data={"email": member.email})
    unknown = browser().post("/reset", data={"email": "nobody@shop.example"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(member.email, "…") == unknown.text.replace("nobody@shop.example", "…")
    with database.reading() as session:
        assert [link.staff_id for link in session.exec(select(StaffLink))] == [member.id]


def test_a_reset_changes_the_password_and_ends_all_sessions(database, hire: Hire, browser: SignIn) -> None:
    member = hire("owner")
    elsewhere, client = browser(member), browser()
    client.post("/reset", data={"email": member.email})
    token = reset_token(database)
    assert member.email in client.get(f"/reset/{token}").text
    done = client.post(f"/reset/{token}", data={"password": "three other lanterns"})
    assert done.status_code == 303
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert browser().post(f"/reset/{token}", data={"password": "four more lanterns"}).status_code == 404
    old = browser().post("/sign-in", data={"email": member.email, "password": PASSWORD})
    assert old.status_code == 401


def test_a_second_reset_letter_voids_the_first(database, hire: Hire, browser: SignIn) -> None:
    member, client = hire("owner"), browser()
    client.post("/reset", data={"email": member.email})
    first = reset_token(database)
    client.post("/reset", data={"email": member.email})
    assert client.get(f"/reset/{first}").status_code == 404
    assert client.get(f"/reset/{reset_token(database)}").status_code == 200


def test_a_weak_new_password_is_refused_and_the_link_stays(database, hire: Hire, browser: SignIn) -> None:
    member, client = hire("owner", name="Minji Kim", email="minji@shop.example"), browser()
    client.post("/reset", data={"email": member.email})
    token = reset_token(database)
    assert client.post(f"/reset/{token}", data={"password": "minji kim 1"}).status_code == 400
    assert client.get(f"/reset/{token}").status_code == 200


def test_resets_are_limited_for_each_address(browser: SignIn) -> None:
    answers = [browser().post("/reset", data={"email": "a@shop.example"}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_a_reset_link_opens_no_account_form_and_the_other_way_round(
    database, hire: Hire, browser: SignIn
) -> None:
    welcome, member = first_link(database), hire("agent")
    with database.writing() as session:
        reset = links.reset_for(session, staff_id=int(member.id or 0))
    assert browser().get(f"/welcome/{reset}").status_code == 404
    assert browser().get(f"/reset/{welcome}").status_code == 404


def test_the_idle_and_longest_times_are_those_promised() -> None:
    assert timedelta(days=14) == queries.IDLE
    assert timedelta(days=60) == queries.LONGEST
