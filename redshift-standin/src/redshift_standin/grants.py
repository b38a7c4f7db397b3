"""GRANT and REVOKE: what PostgreSQL knows as well, roles, and the right to assume IAM roles.

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
"""

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from .errors import syntax_error

# What PostgreSQL has no right for: who may do it there is the owner.
_OWNERS_ONLY = {"ALTER", "DROP"}
_DO_NOTHING = "DO $$ BEGIN END $$"
_Answer = tuple[str, str, bool]  # PostgreSQL's text, the tag, and whether superusers only may


def grant(tokens: Sequence[Token]) -> _Answer:
    return _answer(tokens, "GRANT", "TO")


def revoke(tokens: Sequence[Token]) -> _Answer:
    return _answer(tokens, "REVOKE", "FROM")


def _answer(tokens: Sequence[Token], command: str, to: str) -> _Answer:
    words = [token.text.upper() for token in tokens]
    if to not in words:
        raise syntax_error(words[-1])
    if "ASSUMEROLE" in words:
        return _assume_role(tokens, words, command, to), command, True
    at = words.index(to)
    if words[1] == "ROLE":
        return _members(tokens, command, to), command, False
    if "ON" not in words[:at] and "FOR" not in words[:at]:
        return _DO_NOTHING, command, True  # a right of the system, such as CREATE USER
    return _rights(tokens, words, command, at), command, False


def _text(token: Token) -> str:
    if token.token_type == TokenType.STRING:
        return "'" + token.text.replace("'", "''") + "'"
    if token.token_type == TokenType.IDENTIFIER:
        return '"' + token.text.lower().replace('"', '""') + '"'
    return token.text


def _members(tokens: Sequence[Token], command: str, to: str) -> str:
    """GRANT ROLE a TO ROLE b."""
    kept = [_text(token) for token in tokens[1:] if token.text.upper() not in {"ROLE", "USER"}]
    return " ".join([command, *kept])


def _rights(tokens: Sequence[Token], words: Sequence[str], command: str, at: int) -> str:
    on = words.index("ON") if "ON" in words[:at] else words.index("FOR")
    kept = [right for right in _listed(tokens[1:on]) if right.upper() not in _OWNERS_ONLY]
    if not kept:
        return _DO_NOTHING
    middle = [_text(token) for token in tokens[on:at]]
    if words[on] == "FOR":  # GRANT SELECT FOR TABLES IN SCHEMA s
        middle = ["ON ALL", *middle[1:]]
    grantees = [
        _text(token) for token in tokens[at:] if token.text.upper() not in {"GROUP", "ROLE", "USER"}
    ]
    return " ".join([command, ", ".join(kept), *middle, *grantees])


def _listed(tokens: Sequence[Token]) -> list[str]:
    """Return what stands between commas, but those within parentheses: SELECT (a, b), INSERT."""
    parts, depth = [""], 0
    for token in tokens:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if token.token_type == TokenType.COMMA and depth == 0:
            parts.append("")
        else:
            parts[-1] = f"{parts[-1]} {_text(token)}".strip()
    return parts


def _assume_role(tokens: Sequence[Token], words: Sequence[str], command: str, to: str) -> str:
    """Write down who may give which role to COPY and UNLOAD.

    At first, everybody may: https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html.
    """
    start, end, last = words.index("ON") + 1, words.index(to), words.index("FOR")
    arns = [token.text.lower() for token in tokens[start:end] if token.text != ","]
    grantees = [
        token.text.lower()
        for token in tokens[end + 1 : last]
        if token.text.upper() not in {",", "GROUP", "ROLE", "USER"}
    ]
    commands = [word for word in words[last + 1 :] if word != ","]
    rows = [(arn, who, what) for arn in arns for who in grantees for what in commands]
    values = ", ".join("(" + ", ".join(f"'{each}'" for each in row) + ")" for row in rows)
    if command == "GRANT":
        return f"INSERT INTO pg_catalog.standin_assume_role VALUES {values}"
    return (
        "DELETE FROM pg_catalog.standin_assume_role AS a USING"
        f" (VALUES {values}) AS r (arn, grantee, command) WHERE a.grantee = r.grantee"
        " AND (r.arn = 'all' OR a.arn = r.arn) AND (r.command = 'ALL' OR a.command = r.command)"
    )
