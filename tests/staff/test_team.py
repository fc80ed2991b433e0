"""The team: inviting, roles, taking access away; and one's own profile."""

import re

import pytest
from sqlmodel import select

from staff import actions, links, passwords, queries
from staff.errors import LastOwner
from staff.tables import StaffLink, StaffMember, StaffSession
from tests.staff.conftest import PASSWORD, Hire, SignIn

pytestmark = pytest.mark.database


def test_an_invited_colleague_makes_an_account_in_the_role_that_was_given(
    database, hire: Hire, browser: SignIn
) -> None:
    client = browser(hire("owner"))
    form = {"email": "Jun@Shop.example", "role": "agent", "language": "ko"}
    assert client.post("/settings/team", data=form).status_code == 303
    assert "jun@shop.example" in client.get("/settings/team").text
    with database.writing() as session:
        link = session.exec(select(StaffLink)).one()
        token = links.fresh_token(session, link)
    taken = browser().post(
        f"/welcome/{token}",
        data={"name": "Jun", "email": "other@evil.example", "role": "owner", "password": PASSWORD},
    )
    assert taken.status_code == 303
    with database.reading() as session:
        jun = queries.member_of_address(session, "jun@shop.example")
        assert jun is not None
        assert jun.role == "agent", "the form must not choose role or address"
        assert queries.open_invitations(session) == []


def test_a_shown_link_works_and_voids_the_one_in_the_letter(database, hire: Hire, browser: SignIn) -> None:
    client = browser(hire("owner"))
    client.post("/settings/team", data={"email": "jun@shop.example", "role": "agent", "language": "en"})
    with database.writing() as session:
        link = session.exec(select(StaffLink)).one()
        mailed = links.fresh_token(session, link)
    shown = client.post(f"/settings/team/invitations/{link.id}/link")
    address = re.search(r"/welcome/[\w-]+", shown.text)
    assert address
    assert browser().get(address.group()).status_code == 200
    assert browser().get(f"/welcome/{mailed}").status_code == 404
    assert shown.headers["cache-control"] == "private, no-store"


def test_a_withdrawn_invitation_opens_nothing(database, hire: Hire, browser: SignIn) -> None:
    client = browser(hire("owner"))
    client.post("/settings/team", data={"email": "jun@shop.example", "role": "agent", "language": "en"})
    with database.writing() as session:
        link = session.exec(select(StaffLink)).one()
        token = links.fresh_token(session, link)
    client.post(f"/settings/team/invitations/{link.id}/withdraw")
    assert browser().get(f"/welcome/{token}").status_code == 404


def test_inviting_twice_leaves_one_invitation(database, hire: Hire, browser: SignIn) -> None:
    client = browser(hire("owner"))
    for role in ("agent", "reader"):
        client.post("/settings/team", data={"email": "jun@shop.example", "role": role, "language": "en"})
    with database.reading() as session:
        assert [link.role for link in queries.open_invitations(session)] == ["reader"]


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        (
            {"email": "owner@shop.example", "role": "agent", "language": "en"},
            409,
            "has an account here already",
        ),
        ({"email": "nowhere", "role": "agent", "language": "en"}, 400, "is no e-mail address"),
        ({"email": "a@shop.example", "role": "king", "language": "en"}, 400, "one of the roles"),
        ({"email": "a@shop.example", "role": "agent", "language": "xx"}, 400, "one of the languages"),
    ],
)
def test_an_invitation_that_cannot_be_says_why(
    database, hire: Hire, browser: SignIn, *, form, status, said
) -> None:
    client = browser(hire("owner", email="owner@shop.example"))
    answer = client.post("/settings/team", data=form)
    assert answer.status_code == status
    assert said in answer.text
    with database.reading() as session:
        assert queries.open_invitations(session) == []


def test_the_last_owner_can_neither_be_lowered_nor_shut_out(database, hire: Hire, browser: SignIn) -> None:
    owner = hire("owner", name="Minji")
    hire("agent")
    client = browser(owner)
    for form, path in (({"role": "agent"}, ""), ({}, "/disable")):
        answer = client.post(f"/settings/team/{owner.id}{path}", data=form)
        assert answer.status_code == 409
        assert "Minji is the only owner" in answer.text
    second = hire("owner")
    assert client.post(f"/settings/team/{owner.id}", data={"role": "agent"}).status_code == 303
    with database.writing() as session, pytest.raises(LastOwner):
        actions.disable(session, staff_id=int(second.id or 0))


def test_a_disabled_owner_does_not_count_as_an_owner(database, hire: Hire) -> None:
    first, second = hire("owner"), hire("owner")
    with database.writing() as session:
        actions.disable(session, staff_id=int(second.id or 0))
    with database.writing() as session, pytest.raises(LastOwner):
        actions.change_role(session, staff_id=int(first.id or 0), role="reader")


def test_taking_access_away_ends_sessions_and_links_at_once_and_can_be_undone(
    database, hire: Hire, browser: SignIn
) -> None:
    owner, member = browser(hire("owner")), hire("agent", name="Jun")
    client = browser(member)
    with database.writing() as session:
        token = links.reset_for(session, staff_id=int(member.id or 0))
    gone = owner.post(f"/settings/team/{member.id}/disable")
    assert client.get("/").status_code == 303
    assert browser().get(f"/reset/{token}").status_code == 404
    page = owner.get(gone.headers["location"]).text
    assert "Jun can sign in no more" in page
    assert f'action="/settings/team/{member.id}/enable"' in page
    owner.post(f"/settings/team/{member.id}/enable")
    form = {"email": member.email, "password": PASSWORD}
    assert browser().post("/sign-in", data=form).status_code == 303


def test_an_owner_can_give_a_colleague_a_link_without_mail(hire: Hire, browser: SignIn) -> None:
    member = hire("agent")
    shown = browser(hire("owner")).post(f"/settings/team/{member.id}/reset").text
    address = re.search(r"/reset/[\w-]+", shown)
    assert address
    assert browser().post(address.group(), data={"password": "three other lanterns"}).status_code == 303


def test_owner_addresses_are_those_of_present_owners(database, hire: Hire) -> None:
    hire("owner", email="a@shop.example", name="A", language="ko")
    hire("agent")
    gone = hire("owner")
    with database.writing() as session:
        actions.disable(session, staff_id=int(gone.id or 0))
        assert queries.owner_addresses(session) == [("a@shop.example", "A", "ko")]


# -- one's own profile -------------------------------------------------------------------------------------------


def test_the_chosen_language_holds_for_pages_at_once(hire: Hire, browser: SignIn) -> None:
    client = browser(hire("agent"))
    saved = client.post("/settings/profile", data={"name": "Jun Park", "language": "ko"})
    assert "aftercart_language=ko" in saved.headers["set-cookie"]
    page = client.get("/settings/profile").text
    assert '<html lang="ko">' in page
    assert 'value="Jun Park"' in page


def test_a_changed_password_ends_all_other_sessions_and_renews_this_one(
    database, hire: Hire, browser: SignIn
) -> None:
    member = hire("agent")
    here, elsewhere = browser(member), browser(member)
    before = here.cookies["aftercart_session"]
    changed = here.post(
        "/settings/profile/password", data={"present": PASSWORD, "password": "three other lanterns"}
    )
    assert changed.status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    with database.reading() as session:
        assert queries.identify(session, before) is None
        assert passwords.matches(
            "three other lanterns", session.exec(select(StaffMember)).one().password_hash
        )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"present": "not this one", "password": "three other lanterns"}, "present password is not right"),
        ({"present": PASSWORD, "password": "short"}, "at least 10"),
        ({"present": PASSWORD, "password": "agent agent agent"}, "easy to guess"),
    ],
)
def test_a_password_is_not_changed_without_reason(database, hire: Hire, browser: SignIn, form, said) -> None:
    member = hire("agent", name="Agent")
    client = browser(member)
    refused = client.post("/settings/profile/password", data=form)
    assert refused.status_code == 400
    assert said in refused.text
    with database.reading() as session:
        assert session.exec(select(StaffMember)).one().password_hash == member.password_hash


def test_one_session_or_all_others_can_be_ended(database, hire: Hire, browser: SignIn) -> None:
    member = hire("agent")
    here, phone, tablet = browser(member), browser(member), browser(member)
    with database.reading() as session:
        of_phone = queries.session_of(session, phone.cookies["aftercart_session"])
        assert of_phone is not None
    here.post(f"/settings/profile/sessions/{of_phone.id}/end")
    assert (phone.get("/").status_code, tablet.get("/").status_code) == (303, 200)
    here.post("/settings/profile/sessions/others/end")
    assert (here.get("/").status_code, tablet.get("/").status_code) == (200, 303)


def test_nobody_ends_somebody_elses_session(database, hire: Hire, browser: SignIn) -> None:
    mine, theirs = browser(hire("owner")), browser(hire("agent"))
    with database.reading() as session:
        other = session.exec(select(StaffSession).order_by(StaffSession.id.desc())).first()
    mine.post(f"/settings/profile/sessions/{other.id}/end")
    assert theirs.get("/").status_code == 200


def test_presses_of_the_password_form_are_limited(hire: Hire, browser: SignIn, monkeypatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    client = browser(hire("agent"))
    form = {"present": "guess", "password": "three other lanterns"}
    answers = [client.post("/settings/profile/password", data=form).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]
