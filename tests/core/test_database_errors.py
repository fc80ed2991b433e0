"""Errors of the database reach logs and people; what customers wrote does not."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.database import Database


@pytest.mark.database
def test_a_failing_statement_does_not_tell_its_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as problem, database.writing() as session:
        session.execute(text("INSERT INTO nowhere (email) VALUES (:email)"), {"email": "minji@example.com"})
    assert "minji@example.com" not in str(problem.value)
