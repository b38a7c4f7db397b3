"""The prompt of `sparkify query`: history, completion, and Ctrl-C to stop a query."""

from pathlib import Path
from typing import TYPE_CHECKING

from sparkify.cli.formats import write_answer
from sparkify.cli.interruption import ctrl_c_raises
from sparkify.cli.terminal import echo, print_error
from sparkify.errors import ConfigError, SparkifyError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from sparkify.engines.base import Reader

HISTORY_FILE = Path("~/.sparkify_history")
COMPLETED_WORDS = (
    *("select", "from", "where", "group", "by", "order", "having", "limit", "with"),
    *("as", "and", "or", "not", "in", "is", "null", "between", "like"),
    *("inner", "join", "left", "on", "case", "when", "then", "else", "end"),
    *("count", "sum", "avg", "min", "max", "distinct", "over", "partition", "cast"),
    *("date_trunc", "desc", "asc", "union", "all", "qualify"),
    *("\\d", "\\q"),
)


def run_prompt(reader: "Reader", limit: int) -> None:
    r"""Read queries and write their answers until Ctrl-D or `\q`.

    Raises ConfigError without prompt_toolkit.
    """
    session = _open_session(reader)
    echo(
        "End queries with a semicolon. \\d lists tables, \\d NAME columns; \\q quits.",
        err=True,
    )
    with ctrl_c_raises():
        while True:
            try:
                text = session.prompt()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if text.strip().rstrip(";") in ("\\q", "exit", "quit"):
                return
            if text.strip(" ;\n"):
                _print_answer(reader, text, limit)


def _print_answer(reader: "Reader", text: str, limit: int) -> None:
    from sparkify.serve.query import run_interruptibly, run_query

    try:
        run_interruptibly(
            reader, lambda: write_answer(run_query(reader, text), "table", None, limit)
        )
    except SparkifyError as error:
        print_error(str(error), error.hint)


def is_complete(text: str) -> bool:
    """Return whether Enter runs a text: a query with its semicolon, or a command."""
    stripped = text.strip()
    return not stripped or stripped.startswith("\\") or stripped.endswith(";")


def _open_session(reader: "Reader") -> "PromptSession[str]":
    from sparkify.serve.query import schema

    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.application import get_app
        from prompt_toolkit.completion import FuzzyCompleter, WordCompleter
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.history import FileHistory
        from prompt_toolkit.key_binding import KeyBindings
    except ImportError as error:
        raise ConfigError(
            "the prompt needs prompt_toolkit, which is not installed",
            "pip install 'sparkify[shell]', or give the query: sparkify query \"select ...\"",
        ) from error

    history = HISTORY_FILE.expanduser()
    history.touch(mode=0o600)
    tables = schema(reader)
    columns = {column for names in tables.values() for column in names}
    bindings = KeyBindings()

    @bindings.add("enter", filter=Condition(lambda: is_complete(get_app().current_buffer.text)))
    def _run(event: object) -> None:  # noqa: ARG001 - prompt_toolkit gives it
        get_app().current_buffer.validate_and_handle()

    words = [*tables, *sorted(columns), *COMPLETED_WORDS]
    return PromptSession(
        "sparkify> ",
        multiline=True,
        prompt_continuation="     ...> ",
        history=FileHistory(str(history)),
        completer=FuzzyCompleter(WordCompleter(words)),
        complete_while_typing=False,
        key_bindings=bindings,
    )
