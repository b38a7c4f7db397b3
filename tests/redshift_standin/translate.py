"""From Redshift's SQL to PostgreSQL's.

Some commands are known by their first word, and dealt with here. sqlglot reads the rest, for
rewrite.py to change. That takes most of the time of a statement, so what was translated is kept.
"""

import dataclasses
import functools
import re
from collections.abc import Callable, Sequence

from sqlglot.tokenizer_core import Token, TokenType

from . import dialect
from .copy_command import CopyCommand, parse_copy
from .errors import RedshiftError, not_supported
from .rewrite import rewritten
from .unload_command import UnloadCommand, parse_unload

_DO_NOTHING = "DO $$ BEGIN END $$"

# Moments and the ids of runs, by which else the same statements differ. They are literals wherever
# they stand, and no translation looks into one.
_VARYING = re.compile(r"'(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*|\d{8}T\d{9}-[0-9a-f]{4})'")
_STANDS_FOR_IT = re.compile(r"'2000-01-01 00:00:00\.(\d{6})'")


@dataclasses.dataclass(frozen=True)
class Translation:
    """What PostgreSQL is to run for one statement, and what the proxy has to see to."""

    sql: str
    tag: str | None = None  # what Redshift answers, where PostgreSQL's answer is another
    copy: CopyCommand | None = None
    unload: UnloadCommand | None = None
    commits: bool = False
    outside_transaction: str | None = None  # the name of a command that takes no transaction

    @property
    def is_done_here(self) -> bool:
        """Return whether the proxy does it, and not PostgreSQL."""
        return self.copy is not None or self.unload is not None


def translate_script(sql: str) -> list[Translation]:
    """Translate statements separated by semicolons, as the simple protocol takes them."""
    literals: list[str] = []

    def masked(literal: re.Match[str]) -> str:
        literals.append(literal[0])
        return f"'2000-01-01 00:00:00.{len(literals) - 1:06}'"

    try:
        translations = _translate_script(_VARYING.sub(masked, sql))
    except RedshiftError:
        return _translate_script(sql)  # which says what is wrong in its own words
    if any(each.is_done_here for each in translations):
        return _translate_script(sql)
    return [
        dataclasses.replace(
            each, sql=_STANDS_FOR_IT.sub(lambda mask: literals[int(mask[1])], each.sql)
        )
        for each in translations
    ]


@functools.lru_cache(maxsize=4096)
def _translate_script(sql: str) -> list[Translation]:
    tokens = dialect.tokens_of(sql)
    ends = [index for index, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON]
    starts = [0, *(end + 1 for end in ends)]
    parts = [tokens[start:end] for start, end in zip(starts, [*ends, len(tokens)], strict=True)]
    return [_translate(sql[part[0].start : part[-1].end + 1]) for part in parts if part]


def translate(sql: str) -> Translation:
    """Translate the one statement the extended protocol takes."""
    translations = translate_script(sql)
    if not translations:
        return Translation(sql)
    if len(translations) > 1:
        raise RedshiftError("cannot insert multiple commands into a prepared statement", "42601")
    return translations[0]


def _translate(sql: str) -> Translation:
    tokens = dialect.tokens_of(sql)
    words = [token.text.upper() for token in tokens]
    special = _COMMANDS.get(words[0])
    if special is not None and (translation := special(sql, tokens, words)):
        return translation
    return Translation(rewritten(sql, tokens))


# Commands that are known by their first word ----------------------------------------------------

_Words = Sequence[str]


def _as_written(sql: str, _tokens: Sequence[Token], _words: _Words) -> Translation:
    return Translation(sql)


def _copy(_sql: str, tokens: Sequence[Token], _words: _Words) -> Translation:
    return Translation(_DO_NOTHING, tag="COPY", copy=parse_copy(tokens))


def _unload(_sql: str, tokens: Sequence[Token], _words: _Words) -> Translation:
    return Translation(_DO_NOTHING, tag="UNLOAD", unload=parse_unload(tokens))


def _truncate(sql: str, _tokens: Sequence[Token], _words: _Words) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html
    return Translation(sql, commits=True)


def _vacuum(_sql: str, _tokens: Sequence[Token], _words: _Words) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_VACUUM_command.html
    return Translation(_DO_NOTHING, tag="VACUUM", outside_transaction="VACUUM")


def _analyze(sql: str, _tokens: Sequence[Token], words: _Words) -> Translation:
    plain = not {"COMPRESSION", "PREDICATE", "ALL"} & set(words)
    return Translation(sql if plain else _DO_NOTHING, tag="ANALYZE")


def _begin(_sql: str, _tokens: Sequence[Token], words: _Words) -> Translation:
    # the level is the database's: https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    return Translation("BEGIN READ ONLY" if "ONLY" in words else "BEGIN", tag="BEGIN")


def _rollback(sql: str, _tokens: Sequence[Token], words: _Words) -> Translation:
    if "TO" in words:
        raise not_supported('SQL command "ROLLBACK TO SAVEPOINT"')
    return Translation(sql)


def _rejected(_sql: str, _tokens: Sequence[Token], words: _Words) -> Translation:
    raise not_supported(f'SQL command "{words[0]}"')


_REDSHIFT_SETTINGS = {
    *(
        "QUERY_GROUP",
        "WLM_QUERY_SLOT_COUNT",
        "ENABLE_RESULT_CACHE_FOR_SESSION",
        "ANALYZE_THRESHOLD_PERCENT",
    ),
    *("ENABLE_CASE_SENSITIVE_IDENTIFIER", "DESCRIBE_FIELD_NAME_IN_UPPERCASE", "USE_FIPS_SSL"),
}


def _set(sql: str, _tokens: Sequence[Token], words: _Words) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/t_Modifying_the_default_settings.html
    known_to_redshift_only = bool(_REDSHIFT_SETTINGS & set(words[1:3]))
    return Translation(_DO_NOTHING if known_to_redshift_only else sql, tag="SET")


def _explain(sql: str, tokens: Sequence[Token], _words: _Words) -> Translation:
    explained = translate(sql[tokens[0].end + 1 :])
    return dataclasses.replace(explained, sql=f"EXPLAIN {explained.sql}", commits=False)


def _alter(_sql: str, tokens: Sequence[Token], words: _Words) -> Translation | None:
    if words[1] in {"USER", "GROUP", "SCHEMA", "DATABASE"}:
        return Translation(_sql)
    if "APPEND" not in words:
        return None
    # https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
    at = words.index("APPEND")
    target, source = tokens[2:at], tokens[at + 2 :]
    moved = f"WITH moved AS (DELETE FROM {_joined(source)} RETURNING *)"
    return Translation(
        f"{moved} INSERT INTO {_joined(target)} SELECT * FROM moved",
        tag="ALTER TABLE APPEND",
        outside_transaction="ALTER TABLE APPEND",
    )


def _joined(name: Sequence[Token]) -> str:
    return "".join(token.text for token in name)


def _create(sql: str, _tokens: Sequence[Token], words: _Words) -> Translation | None:
    if words[1] in {"SEQUENCE", "TRIGGER", "DOMAIN", "TYPE", "RULE", "EXTENSION", "INDEX"}:
        raise not_supported(f'SQL command "CREATE {words[1]}"')
    if words[1] == "ROLE":
        # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_ROLE.html
        marked = f"{sql}; COMMENT ON ROLE {_joined(_tokens[2:3])} IS 'redshift role';"
        return Translation(f"DO $role$ BEGIN {marked} END $role$", tag="CREATE ROLE")
    return Translation(sql) if words[1] in {"USER", "GROUP", "SCHEMA", "DATABASE"} else None


def _grant(sql: str, tokens: Sequence[Token], words: _Words) -> Translation:
    """Let PostgreSQL grant to a role as to any other grantee, and keep who may assume IAM roles."""
    if words[1] == "ASSUMEROLE":
        return _assumerole(sql, words[0])
    for token in reversed(tokens):
        if token.text.upper() == "ROLE":
            sql = sql[: token.start] + sql[token.end + 1 :]
    return Translation(sql)


_ASSUMEROLE = re.compile(
    r"\w+\s+assumerole\s+on\s+(?P<role>'[^']+'|default|all)\s+(?:to|from)\s+"
    r"(?P<grantee>\"[^\"]+\"|\w+)\s+for\s+(?P<commands>[\w\s,]+?)\s*",
    re.IGNORECASE | re.DOTALL,
)


def _assumerole(sql: str, verb: str) -> Translation:
    # https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
    found = _ASSUMEROLE.fullmatch("\n".join(re.sub("--.*", "", sql).splitlines()).strip())
    if found is None:
        raise not_supported("this form of ASSUMEROLE")
    given = (verb.lower(), found["grantee"].strip('"'), found["role"].strip("'"), found["commands"])
    values = ", ".join(f"$v${value}$v$" for value in given)
    called = f"PERFORM pg_catalog.standin_grant_assumerole({values})"
    return Translation(f"DO $do$ BEGIN {called}; END $do$", tag=verb)


_Command = Callable[[str, Sequence[Token], _Words], Translation | None]
_COMMANDS: dict[str, _Command] = {
    **dict.fromkeys(("ABORT", "CANCEL", "CLOSE", "COMMENT", "COMMIT", "DEALLOCATE"), _as_written),
    **dict.fromkeys(("DECLARE", "END", "FETCH", "LOCK", "RESET", "SHOW"), _as_written),
    **dict.fromkeys(("GRANT", "REVOKE"), _grant),
    **dict.fromkeys(("CLUSTER", "DISCARD", "DO", "LISTEN", "NOTIFY", "REINDEX"), _rejected),
    **dict.fromkeys(("RELEASE", "SAVEPOINT", "UNLISTEN"), _rejected),
    "ALTER": _alter,
    "ANALYZE": _analyze,
    "BEGIN": _begin,
    "COPY": _copy,
    "CREATE": _create,
    "EXPLAIN": _explain,
    "ROLLBACK": _rollback,
    "SET": _set,
    "START": _begin,
    "TRUNCATE": _truncate,
    "UNLOAD": _unload,
    "VACUUM": _vacuum,
}
