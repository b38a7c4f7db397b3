"""Window functions that PostgreSQL runs and Redshift rejects.

https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
"""

import itertools
from collections.abc import Iterator, Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from .errors import RedshiftError, not_supported, syntax_error

# their place in the order is all they need: the pages of each have no frame
_WORDS_OF_WITHOUT_FRAME = """
    cume_dist dense_rank lag lead ntile percent_rank rank row_number
"""
_WITHOUT_FRAME = frozenset(_WORDS_OF_WITHOUT_FRAME.split())
# the pages of each have no ORDER BY in OVER
_WORDS_OF_WITHOUT_ORDER = """
    listagg median percentile_cont percentile_disc ratio_to_report
"""
_WITHOUT_ORDER = frozenset(_WORDS_OF_WITHOUT_ORDER.split())
# the pages of each have an ORDER BY that cannot be left out
_BY_ORDER = frozenset({"lag", "lead"})


def reject_windows(tree: exp.Expr) -> None:
    for select in tree.find_all(exp.Select):
        if select.args.get("windows"):
            raise syntax_error("WINDOW")
    for window in tree.find_all(exp.Window):
        _window(window)


def _window(window: exp.Window) -> None:
    name, frame = _function_of(window), window.args.get("spec")
    if frame is not None and str(frame.args["kind"]).upper() != "ROWS":
        raise not_supported(f"{str(frame.args['kind']).upper()} in a frame clause")
    if frame is not None and frame.args.get("exclude"):
        raise syntax_error("EXCLUDE")
    if frame is not None and name in _WITHOUT_FRAME:
        raise RedshiftError(f"window function {name} takes no frame clause", "42601")
    if not window.args.get("order"):
        if name in _BY_ORDER:
            raise RedshiftError(f"window function {name} requires ORDER BY in OVER", "42601")
        return
    if name in _WITHOUT_ORDER:
        raise RedshiftError(f"window function {name} takes no ORDER BY in OVER", "42601")
    if frame is None and name not in _WITHOUT_FRAME:
        raise RedshiftError(
            "Aggregate window functions with an ORDER BY clause require a frame clause", "42601"
        )


def _function_of(window: exp.Window) -> str:
    called: exp.Expr = window.this
    while isinstance(called, exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        called = called.this
    return called.name.lower()


def nulls_in_windows(tokens: Sequence[Token]) -> None:
    """Refuse NULLS FIRST and NULLS LAST within OVER ( ... ).

    https://docs.aws.amazon.com/redshift/latest/dg/r_Window_function_synopsis.html has none.
    """
    for before, token in _within_windows(tokens):
        if token.text.upper() in {"FIRST", "LAST"} and before.text.upper() == "NULLS":
            raise syntax_error("NULLS")


def _within_windows(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    depth, opened = 0, 0  # of parentheses now; at the window's own
    for before, token in itertools.pairwise(tokens):
        if token.token_type == TokenType.L_PAREN:
            depth += 1
            if before.text.upper() == "OVER" and not opened:
                opened = depth
        elif token.token_type == TokenType.R_PAREN:
            opened = 0 if depth == opened else opened
            depth -= 1
        elif opened:
            yield before, token
