"""A hub that comes back after a newer one has changed the database."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub import Hub


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def change(database: Path, *statements: str) -> None:
    connection = sqlite3.connect(database)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def of_newer_hub(database: Path) -> None:
    """As a JupyterHub that is yet to be written leaves it: another schema, and somebody who came meanwhile."""
    change(
        database,
        "UPDATE alembic_version SET version_num = 'f00dfacecafe'",
        "CREATE TABLE novelties (id INTEGER PRIMARY KEY)",
        "INSERT INTO users (name, admin, cookie_id, created) VALUES ('late', 0, 'x', '2026-12-01')",
    )


@pytest.fixture
def used(make_hub: Callable[..., Hub], hub_values: dict[str, Any]) -> Hub:
    """A hub that has a user, and has ended."""
    hub = make_hub(hub_values).start()
    hub.stop()
    change(
        hub.folder / "jupyterhub.sqlite",
        "INSERT INTO users (name, admin, cookie_id, created) VALUES ('ada', 0, 'y', '2026-11-01')",
    )
    return hub


def names(database: Path) -> set[str]:
    return {name for (name,) in rows(database, "SELECT name FROM users")}


def test_the_newest_copy_it_can_read_comes_back_and_the_newer_database_is_kept(used: Hub) -> None:
    database = used.folder / "jupyterhub.sqlite"
    copy = used.folder / "jupyterhub.sqlite.2026-11-30-120000"
    copy.write_bytes(database.read_bytes())
    of_newer_hub(database)
    # What a hub that cannot read it copies before it gives up is no way back.
    (used.folder / "jupyterhub.sqlite.2026-12-01-120000").write_bytes(database.read_bytes())

    used.start()
    assert used.answers()
    assert "ada" in names(database)
    assert "late" not in names(database)
    (kept,) = used.folder.glob("jupyterhub.sqlite.newer-*")
    assert {"ada", "late"} <= names(kept)
    used.stop()


def test_a_newer_database_without_a_copy_stays_as_it_is_and_the_hub_says_why(used: Hub) -> None:
    database = used.folder / "jupyterhub.sqlite"
    of_newer_hub(database)
    before = database.read_bytes()
    assert used.launch().wait(120) != 0
    assert "is of a newer JupyterHub (f00dfacecafe), and there is no copy that this one can read" in used.log
    assert database.read_bytes() == before


def test_a_database_of_its_own_is_left_alone(used: Hub) -> None:
    database = used.folder / "jupyterhub.sqlite"
    (used.folder / "jupyterhub.sqlite.2026-11-30-120000").write_bytes(b"no database")
    used.start()
    assert "ada" in names(database)
    assert list(used.folder.glob("jupyterhub.sqlite.newer-*")) == []
    used.stop()
