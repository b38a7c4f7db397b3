"""Commands that are known by their first word."""

import dataclasses
from collections.abc import Callable, Sequence

from sqlglot.tokenizer_core import Token, TokenType

from .copy_command import parse_copy
from .errors import RedshiftError, not_supported, syntax_error
from .grants import grant, revoke
from .physical_design import altered_columns
from .translation import Condition, Translation
from .unload_command import parse_unload

DO_NOTHING = "DO $$ BEGIN END $$"


class Text:
    """A statement: as written, its tokens, their words in capitals."""

    def __init__(
        self, sql: str, tokens: Sequence[Token], translate: Callable[[str], Translation]
    ) -> None:
        self.sql, self.tokens, self.translate = sql, tokens, translate
        self.words = [token.text.upper() for token in tokens]

    def rest(self, at: int) -> str:
        """Return the text from a word on."""
        return self.sql[self.tokens[at].start :] if at < len(self.tokens) else ""

    def translated(self, at: int) -> Translation:
        """Translate the statement that begins with a word of this one."""
        if at >= len(self.tokens):
            raise RedshiftError("syntax error at end of input", "42601")
        return self.translate(self.rest(at))

    def word(self, at: int) -> str:
        return self.words[at] if at < len(self.words) else ""

    def name(self, at: int) -> str:
        """Return the name that begins with a word, as PostgreSQL takes it."""
        parts = [quoted(self.tokens[at].text)]
        while self.word(at + 1) == ".":
            at += 2
            parts.append(quoted(self.tokens[at].text))
        return ".".join(parts)


def quoted(name: str) -> str:
    return '"' + name.lower().replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _as_written(text: Text) -> Translation:
    return Translation(text.sql)


def _copy(text: Text) -> Translation:
    return Translation(DO_NOTHING, tag="COPY", copy=parse_copy(text.tokens))


def _unload(text: Text) -> Translation:
    return Translation(DO_NOTHING, tag="UNLOAD", unload=parse_unload(text.tokens))


def _truncate(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html
    at = 2 if text.word(1) == "TABLE" else 1
    if {",", "CASCADE", "RESTART", "ONLY"} & set(text.words[at + 1 :]):
        raise syntax_error(text.words[at + 1])
    return Translation(f"TRUNCATE {text.name(at)}", tag="TRUNCATE", commits=True)


def _vacuum(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_VACUUM_command.html
    kinds = ("FULL", "SORT", "DELETE", "REINDEX", "RECLUSTER", "ONLY")
    at = 1
    while text.word(at) in kinds:
        at += 1
    named = at < len(text.tokens)
    return Translation(
        DO_NOTHING,
        tag="VACUUM",
        outside_transaction="VACUUM",
        conditions=_owned(text.name(at)) if named else (),
    )


def _analyze(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_ANALYZE.html and r_ANALYZE_COMPRESSION.html
    if text.word(1) == "COMPRESSION":
        return Translation(DO_NOTHING, tag="ANALYZE COMPRESSION")
    plain = not {"PREDICATE", "ALL"} & set(text.words)
    return Translation(text.sql if plain else DO_NOTHING, tag="ANALYZE")


def _owned(name: str) -> tuple[Condition, ...]:
    other = f"SELECT FROM pg_class WHERE oid = to_regclass({literal(name)})"
    return (
        _exists(name),
        Condition(
            f"{other} AND NOT pg_has_role(relowner, 'USAGE')",
            RedshiftError(f"must be owner of relation {name}", "42501"),
        ),
    )


def _exists(name: str) -> Condition:
    return Condition(
        f"SELECT WHERE to_regclass({literal(name)}) IS NULL",
        RedshiftError(f"relation {name} does not exist", "42P01"),
    )


def _begin(text: Text) -> Translation:
    # the level is the database's: https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    return Translation("BEGIN READ ONLY" if "ONLY" in text.words else "BEGIN", tag="BEGIN")


def _rollback(text: Text) -> Translation:
    if "TO" in text.words:
        raise not_supported('SQL command "ROLLBACK TO SAVEPOINT"')
    return Translation(text.sql, defines=True)


def _rejected(text: Text) -> Translation:
    raise not_supported(f'SQL command "{text.words[0]}"')


# https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
_WORDS_OF_SETTINGS = """
    analyze_threshold_percent auto_mv cast_super_null_on_error datashare_break_glass_session_var
    default_geometry_encoding describe_field_name_in_uppercase downcast_delimited_varchar_size
    enable_case_sensitive_identifier enable_case_sensitive_super_attribute
    enable_numeric_rounding enable_result_cache_for_session enable_vacuum_boost
    error_on_nondeterministic_update json_serialization_enable
    json_serialization_parse_nested_strings max_concurrency_scaling_clusters
    max_cursor_result_set_size mv_enable_aqmv_for_session navigate_super_null_on_error
    parse_super_null_on_error pg_federation_repeatable_read query_group
    spectrum_enable_pseudo_columns spectrum_query_maxerror use_fips_ssl wlm_query_slot_count
"""
_SETTINGS = frozenset(_WORDS_OF_SETTINGS.split())


def _set(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_SET.html
    at = 2 if text.word(1) in {"SESSION", "LOCAL"} else 1
    name = text.word(at).lower()
    if name not in _SETTINGS:
        return Translation(text.sql, tag="SET")
    value = text.rest(at + 2)
    value = value if value[:1] == "'" else literal(value)
    return Translation(f"SET standin.{name} TO {value}", tag="SET")


def _reset(text: Text) -> Translation:
    name = text.word(1).lower()
    return Translation(f"RESET standin.{name}" if name in _SETTINGS else text.sql, tag="RESET")


_NAMES_OF_TABLES = "SELECT table_catalog AS database_name, table_schema AS schema_name"


def _show(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW.html and the pages after it
    name = text.word(1).lower()
    if name in _SETTINGS:
        sql = f"SELECT coalesce(current_setting('standin.{name}', true), 'unset') AS {name}"
        return Translation(sql, tag="SHOW")
    shown = _SHOWN.get(text.word(1))
    return Translation(text.sql) if shown is None else Translation(shown(text), tag="SHOW")


def _show_databases(text: Text) -> str:
    del text
    return (
        "SELECT datname::text AS database_name, datdba::integer AS database_owner,"
        " 'local' AS database_type FROM pg_database WHERE NOT datistemplate ORDER BY 1"
    )


def _show_schemas(text: Text) -> str:
    del text
    return (
        "SELECT current_database()::text AS database_name, nspname::text AS schema_name,"
        " nspowner::integer AS schema_owner, 'local' AS schema_type FROM pg_namespace"
        r" WHERE nspname NOT LIKE 'pg\\_%' ORDER BY 2"
    )


def _path(text: Text, after: str) -> list[str]:
    """Return the parts of the name that follows a word: database, schema, table."""
    if after not in text.words:
        raise syntax_error(text.words[-1])
    return [part.strip('"') for part in text.name(text.words.index(after) + 1).split(".")]


def _show_tables(text: Text) -> str:
    schema = _path(text, "SCHEMA")[-1]
    kept = f"table_schema = {literal(schema)}"
    if "LIKE" in text.words:
        kept += f" AND table_name LIKE {literal(text.tokens[text.words.index('LIKE') + 1].text)}"
    return (
        f"{_NAMES_OF_TABLES}, table_name, CASE table_type WHEN 'BASE TABLE' THEN 'TABLE'"
        " ELSE table_type END AS table_type, null::text AS remarks"
        f" FROM information_schema.tables WHERE {kept} ORDER BY 3"
    )


def _show_columns(text: Text) -> str:
    *_, schema, table = ["public", *_path(text, "TABLE")]
    return (
        f"{_NAMES_OF_TABLES}, table_name, column_name, ordinal_position, column_default,"
        " is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale"
        f" FROM information_schema.columns WHERE table_schema = {literal(schema)}"
        f" AND table_name = {literal(table)} ORDER BY ordinal_position"
    )


def _show_table(text: Text) -> str:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLE.html, without keys and encodings
    *_, schema, table = ["public", *_path(text, "TABLE")]
    named = literal(f"CREATE TABLE {schema}.{table} (")
    relation = literal(f"{quoted(schema)}.{quoted(table)}")
    return (
        f"SELECT {named} || E'\\n' || string_agg('    ' || attname || ' ' ||"
        " format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,"
        " E',\\n' ORDER BY attnum) || E'\\n)\\nDISTSTYLE AUTO;' AS \"Show Table DDL statement\""
        f" FROM pg_attribute WHERE attrelid = {relation}::regclass"
        " AND attnum > 0 AND NOT attisdropped"
    )


def _show_view(text: Text) -> str:
    name = ".".join(quoted(part) for part in _path(text, "VIEW"))
    return f'SELECT pg_get_viewdef({literal(name)}::regclass) AS "Show View DDL statement"'


_SHOWN: dict[str, Callable[[Text], str]] = {
    "COLUMNS": _show_columns,
    "DATABASES": _show_databases,
    "SCHEMAS": _show_schemas,
    "TABLE": _show_table,
    "TABLES": _show_tables,
    "VIEW": _show_view,
}


def _delete(text: Text) -> Translation | None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html: FROM may be left out
    if text.word(1) == "FROM" or text.word(1) == "":
        return None
    return text.translate(f"DELETE FROM {text.rest(1)}")


def _explain(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_EXPLAIN.html
    verbose = text.word(1) == "VERBOSE"
    if text.word(1) in {"ANALYZE", "ANALYSE", "("}:
        raise syntax_error(text.words[1])
    explained = text.translated(2 if verbose else 1)
    options = "EXPLAIN VERBOSE" if verbose else "EXPLAIN"
    return dataclasses.replace(explained, sql=f"{options} {explained.sql}", commits=False)


def _prepare(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_PREPARE.html
    if "AS" not in text.words:
        raise syntax_error(text.words[-1])
    at = text.words.index("AS") + 1
    prepared = text.translated(at)
    head = text.sql[: text.tokens[at].start]
    return dataclasses.replace(prepared, sql=f"{head}{prepared.sql}", tag="PREPARE")


def _declare(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/declare.html
    if text.words[2:4] != ["CURSOR", "FOR"]:
        raise syntax_error(text.word(2) if text.word(2) != "CURSOR" else text.word(3))
    declared = text.translated(4)
    return dataclasses.replace(
        declared, sql=f"DECLARE {text.name(1)} CURSOR FOR {declared.sql}", tag="DECLARE CURSOR"
    )


def _fetch(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/fetch.html: forwards only
    backwards = {"ABSOLUTE", "BACKWARD", "FIRST", "LAST", "PRIOR", "RELATIVE"} & set(
        text.words[1:2]
    )
    if backwards:
        raise not_supported(f"FETCH {min(backwards)}")
    return Translation(text.sql)


def _lock(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html: no mode, and no views
    at = 2 if text.word(1) == "TABLE" else 1
    names, conditions = [], []
    while at < len(text.tokens):
        name = text.name(at)
        at += 2 * name.count('"."') + 1
        names.append(name)
        kind = f"SELECT FROM pg_class WHERE oid = to_regclass({literal(name)}) AND relkind <> 'r'"
        conditions.append(Condition(kind, RedshiftError(f"{name} is not a table", "42809")))
        if at < len(text.tokens) and text.words[at] != ",":
            raise syntax_error(text.words[at])
        at += 1
    return Translation(f"LOCK TABLE {', '.join(names)}", conditions_after=tuple(conditions))


_NOT_TABLES = {"DATABASE", "FUNCTION", "GROUP", "PROCEDURE", "ROLE", "SCHEMA", "USER"}


def _alter(text: Text) -> Translation | None:
    if text.word(1) == "DEFAULT":
        return Translation(_without_kinds(text))
    if text.word(1) in _NOT_TABLES:
        return Translation(_user_options(text) if text.word(1) == "USER" else text.sql)
    if text.word(1) == "TABLE" and "APPEND" in text.words:
        return _append(text)
    if text.word(1) == "TABLE":
        return _alter_table(text)
    if text.words[1:3] == ["MATERIALIZED", "VIEW"]:
        return Translation(DO_NOTHING, tag="ALTER MATERIALIZED VIEW")
    return None


def _append(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
    at = text.words.index("APPEND")
    moved = f"WITH moved AS (DELETE FROM {text.name(at + 2)} RETURNING *)"
    return Translation(
        f"{moved} INSERT INTO {text.name(2)} SELECT * FROM moved",
        tag="ALTER TABLE APPEND",
        outside_transaction="ALTER TABLE APPEND",
    )


def _alter_table(text: Text) -> Translation | None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
    name = text.name(2)
    at = 3 + 2 * name.count('"."')
    words = text.words[at:]
    if words[:2] == ["OWNER", "TO"] or words[:1] == ["RENAME"]:
        return Translation(text.sql, defines=True)
    if words[:1] == ["ALTER"] and set(words) & {"DISTKEY", "DISTSTYLE", "SORTKEY", "ENCODE"}:
        return _alter_design(text, name, at)
    if words[:3] == ["ROW", "LEVEL", "SECURITY"]:
        return Translation(DO_NOTHING, tag="ALTER TABLE", conditions=_owned(name))
    if words[:1] == ["ALTER"] and "TYPE" in words:
        return _alter_type(text, name, at)
    if words[:1] == ["ADD"] and words[1] in {"CONSTRAINT", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY"}:
        return _key_only(name, words)
    return None


def _alter_design(text: Text, name: str, at: int) -> Translation:
    """Keys and encodings are checked and forgotten."""
    written = [token.text for token in text.tokens[at:]]
    missing = tuple(
        Condition(
            f"SELECT WHERE to_regclass({literal(name)}) IS NOT NULL AND NOT EXISTS (SELECT"
            f" FROM pg_attribute WHERE attrelid = to_regclass({literal(name)})"
            f" AND attname = {literal(column.lower())} AND NOT attisdropped)",
            RedshiftError(f'column "{column}" does not exist', "42703"),
        )
        for column in altered_columns(text.words[at:], written)
    )
    return Translation(DO_NOTHING, tag="ALTER TABLE", conditions=(*_owned(name), *missing))


def _key_only(name: str, words: Sequence[str]) -> Translation:
    # keys are not enforced: https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
    if "CHECK" in words:
        raise syntax_error("CHECK")
    return Translation(DO_NOTHING, tag="ALTER TABLE", conditions=_owned(name))


def _alter_type(text: Text, name: str, at: int) -> Translation:
    """Only the size of a VARCHAR changes, by a command of its own."""
    at += 2 if text.words[at + 1] == "COLUMN" else 1
    column, new = text.tokens[at].text.lower(), text.words[at + 1 :]
    if new[:1] != ["TYPE"] or "USING" in new:
        raise syntax_error(new[0])
    error = RedshiftError(
        f'column "{column}" cannot be altered to another type: only the size of a VARCHAR may be',
        "0A000",
    )
    if new[1] not in {"VARCHAR", "CHARACTER VARYING", "CHARACTER", "NVARCHAR"} or len(new) < 4:
        raise error
    size = new[new.index("(") + 1]
    described = (
        f"SELECT FROM pg_attribute WHERE attrelid = to_regclass({literal(name)})"
        f" AND attname = {literal(column)}"
    )
    longest = f'SELECT FROM {name} HAVING max(octet_length("{column}")) > '
    return Translation(
        f'ALTER TABLE {name} ALTER COLUMN "{column}" TYPE varchar({_varchar_size(size)})',
        outside_transaction="ALTER TABLE ALTER COLUMN",
        defines=True,
        conditions=(
            Condition(f"{described} AND atttypid <> 'varchar'::regtype", error),
            Condition(f"{described} AND atthasdef", _has_default(column)),
            Condition(f"{longest}{_varchar_size(size)}", _does_not_fit(column)),
        ),
    )


def _varchar_size(size: str) -> int:
    number = 65_535 if size == "MAX" else int(size)
    if not 1 <= number <= 65_535:
        raise RedshiftError("length for type varchar cannot exceed 65535", "22023")
    return number


def _has_default(column: str) -> RedshiftError:
    return RedshiftError(f'column "{column}" cannot be altered: it has a default value', "0A000")


def _does_not_fit(column: str) -> RedshiftError:
    return RedshiftError(
        f'cannot reduce column "{column}" below the maximum size of existing data', "0A000"
    )


_NO_SUCH_THINGS = {
    *("AGGREGATE", "CAST", "COLLATION", "CONVERSION", "DOMAIN", "EXTENSION", "INDEX", "OPERATOR"),
    *("RULE", "SEQUENCE", "STATISTICS", "TRIGGER", "TYPE", "UNIQUE"),
}


def _create(text: Text) -> Translation | None:
    at = 3 if text.words[1:3] == ["OR", "REPLACE"] else 1
    kind = text.word(at)
    if kind in _NO_SUCH_THINGS:
        raise not_supported(f'SQL command "CREATE {kind}"')
    if kind in {"EXTERNAL", "DATASHARE", "LIBRARY", "MASKING", "MODEL", "RLS"}:
        raise not_supported(f"CREATE {kind}, by the stand-in,")
    if kind in {"FUNCTION", "PROCEDURE"}:
        return Translation(_routine(text), defines=True)
    if kind == "USER":
        return Translation(_user_options(text))
    if kind == "ROLE":
        # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_ROLE.html
        name = text.name(at + 1)
        marked = f"CREATE ROLE {name} NOLOGIN; COMMENT ON ROLE {name} IS 'redshift role';"
        return Translation(f"DO $role$ BEGIN {marked} END $role$", tag="CREATE ROLE")
    if kind == "DATABASE":
        return Translation(text.sql, outside_transaction="CREATE DATABASE")
    if kind == "SCHEMA" and "QUOTA" in text.words:
        # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_SCHEMA.html
        return Translation(text.sql[: text.tokens[text.words.index("QUOTA")].start])
    return Translation(text.sql) if kind in {"GROUP", "SCHEMA"} else None


def _routine(text: Text) -> str:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_FUNCTION.html: new ones are of SQL
    language = text.word(text.words.index("LANGUAGE") + 1) if "LANGUAGE" in text.words else ""
    languages = {"SQL"} if "FUNCTION" in text.words[:4] else {"PLPGSQL"}
    if language not in languages:
        raise not_supported(f'language "{language.lower()}"')
    return text.sql


# https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html
_USER_OPTIONS = {"CREATEUSER": "SUPERUSER", "NOCREATEUSER": "NOSUPERUSER"}


def _user_options(text: Text) -> str:
    parts = []
    skip = 0
    for place, token in enumerate(text.tokens):
        word = text.words[place]
        if skip:
            skip -= 1
        elif word == "PASSWORD" and text.word(place + 1) == "DISABLE":
            parts.append("PASSWORD NULL")
            skip = 1
        elif word == "SYSLOG":
            skip = 2  # ACCESS RESTRICTED
        elif word in {"SESSION", "EXTERNALID"} and place > 2:
            skip = 2 if word == "SESSION" else 1
        else:
            is_text = token.token_type == TokenType.STRING
            parts.append(literal(token.text) if is_text else _USER_OPTIONS.get(word, token.text))
    return " ".join(parts)


def _without_kinds(text: Text) -> str:
    """Leave GROUP and ROLE out, which say what kind of grantee follows."""
    return " ".join(
        literal(token.text) if token.token_type == TokenType.STRING else token.text
        for token in text.tokens
        if token.text.upper() not in {"GROUP", "ROLE"}
    )


def _drop(text: Text) -> Translation | None:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_ROLE.html
    if text.word(1) in _NO_SUCH_THINGS:
        raise not_supported(f'SQL command "DROP {text.word(1)}"')
    if text.word(1) == "ROLE":
        return Translation(f"DROP ROLE {text.name(2)}", tag="DROP ROLE")
    if text.word(1) == "DATABASE":
        return Translation(text.sql, outside_transaction="DROP DATABASE")
    return Translation(text.sql, defines=True) if text.word(1) in _NOT_TABLES else None


def _refresh(text: Text) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-refresh-sql-command.html
    if text.words[1:3] != ["MATERIALIZED", "VIEW"]:
        raise syntax_error(text.word(1))
    return Translation(f"REFRESH MATERIALIZED VIEW {text.name(3)}", tag="REFRESH")


def _grant(text: Text) -> Translation:
    make = grant if text.words[0] == "GRANT" else revoke
    sql, tag, superuser = make(text.tokens)
    conditions = (_SUPERUSERS_ONLY,) if superuser else ()
    return Translation(sql, tag=tag, conditions=conditions)


_SUPERUSERS_ONLY = Condition(
    "SELECT FROM pg_user WHERE usename = current_user AND NOT usesuper",
    RedshiftError("must be superuser to run this command", "42501"),
)

Command = Callable[[Text], Translation | None]
COMMANDS: dict[str, Command] = {
    **dict.fromkeys(("CALL", "CANCEL", "CLOSE", "COMMENT", "COMMIT", "DEALLOCATE"), _as_written),
    **dict.fromkeys(("END", "EXECUTE"), _as_written),
    **dict.fromkeys(("CLUSTER", "DISCARD", "DO", "LISTEN", "NOTIFY", "REINDEX"), _rejected),
    **dict.fromkeys(("IMPORT", "MOVE", "REASSIGN", "RELEASE", "SAVEPOINT", "SECURITY"), _rejected),
    **dict.fromkeys(("UNLISTEN", "CHECKPOINT", "LOAD", "TABLE", "VALUES"), _rejected),
    **dict.fromkeys(("GRANT", "REVOKE"), _grant),
    **dict.fromkeys(("ABORT", "ROLLBACK"), _rollback),
    **dict.fromkeys(("BEGIN", "START"), _begin),
    "ALTER": _alter,
    "ANALYZE": _analyze,
    "COPY": _copy,
    "CREATE": _create,
    "DECLARE": _declare,
    "DELETE": _delete,
    "DROP": _drop,
    "EXPLAIN": _explain,
    "FETCH": _fetch,
    "LOCK": _lock,
    "PREPARE": _prepare,
    "REFRESH": _refresh,
    "RESET": _reset,
    "SET": _set,
    "SHOW": _show,
    "TRUNCATE": _truncate,
    "UNLOAD": _unload,
    "VACUUM": _vacuum,
}
