"""No table declares a key that the planner would believe; those of earlier versions are dropped."""

import pytest
import sqlglot
from redshift_standin import Standin
from sqlglot import expressions as exp

from sparkify.operate.migration import migrate
from sparkify.sql import ANALYSTS_TABLES, TABLES, statement, statements
from sparkify.sql.lineage import FOREIGN_KEYS, PRIMARY_KEYS
from tests.contract.former_versions import take_back
from tests.contract.warehouse import Warehouse

from .conftest import SentStatements

KEYS = (
    *(exp.PrimaryKey, exp.ForeignKey, exp.Reference, exp.Constraint),
    *(exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint),
)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_declares_no_key(table: str) -> None:
    tree = sqlglot.parse_one(statement(f"schema/{table}").text, read="redshift")
    assert list(tree.find_all(*KEYS)) == []


def test_each_key_of_the_star_has_a_check_that_proves_it() -> None:
    checked = "\n".join(check.text for check in statements("checks/star"))
    assert set(PRIMARY_KEYS) == set(ANALYSTS_TABLES)
    for table, key in PRIMARY_KEYS.items():
        name = '"time"' if table == "time" else table
        columns = ",\n    ".join(key)
        assert f"select\n    {columns}," in checked
        assert f"from {name}\n" in checked
    for table, keys in FOREIGN_KEYS.items():
        for column, other, _ in keys:
            assert any(
                column in check.text and f"{other}" in check.text and table in check.text
                for check in statements("checks/star")
            ), (table, column)


def test_a_migration_drops_the_keys_that_a_former_version_declared(
    warehouse: Warehouse, standin: Standin, sent: SentStatements
) -> None:
    warehouse.create_tables()
    take_back(warehouse, 5)
    login = warehouse.settings
    standin._postgres.run(
        "alter table users add primary key (user_id);"
        " alter table songplays add foreign key (user_id) references users (user_id);"
        " create table hers (a int primary key)",
        login.db_name,
    )
    sent.clear()

    migrate(warehouse.engine)

    dropped = [text for text in sent.texts() if "drop constraint" in text]
    assert dropped == [
        'alter table "songplays" drop constraint "songplays_user_id_fkey"',
        'alter table "users" drop constraint "users_pkey"',
    ]
    keys = "select table_name from information_schema.table_constraints"
    wanted = (
        " where table_schema = current_schema()"
        " and constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')"
    )
    assert warehouse.query(keys + wanted)[1] == [("hers",)]
    warehouse.execute("drop table hers")
