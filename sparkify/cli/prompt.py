r"""The prompt of `sparkify query`: highlighting, history, completion, Ctrl-C, and its commands."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sparkify.cli.formats import TEXT_FORMATS, write_answer
from sparkify.cli.interruption import ctrl_c_raises
from sparkify.cli.terminal import echo, print_error, print_note
from sparkify.errors import ConfigError, SparkifyError
from sparkify.installation import extra_command

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from sparkify.engines.base import Answer, Reader
    from sparkify.sql import Dialect

HISTORY_FILE = Path("~/.sparkify_history")
COMPLETED_WORDS = (
    *("select", "from", "where", "group", "by", "order", "having", "limit", "with"),
    *("as", "and", "or", "not", "in", "is", "null", "between", "like"),
    *("inner", "join", "left", "on", "case", "when", "then", "else", "end"),
    *("count", "sum", "avg", "min", "max", "distinct", "over", "partition", "cast"),
    *("date_trunc", "desc", "asc", "union", "all", "qualify"),
)
QUITTING = ("\\q", "exit", "quit")
HELPING = ("\\?", "help")
PROMPT_COMMANDS = {
    "\\n NAME": "Run a named query, over the last thirty days with data.",
    "\\timing": "Show, or hide, how long each query takes.",
    "\\o FILE": "Write answers to a file: .csv, .ndjson, .md, or a table; \\o ends it.",
    "\\?": "List these commands; also: help.",
    "\\q": "Quit; also: exit, quit, Ctrl-D.",
}
FORMS_BY_ENDING = {".csv": "csv", ".json": "ndjson", ".ndjson": "ndjson", ".md": "markdown"}
# By the terminal's own colours, which can be read on its background, light or dark.
HIGHLIGHTING = {
    "pygments.keyword": "bold ansicyan",
    "pygments.name.builtin": "bold ansicyan",
    "pygments.literal.string": "ansigreen",
    "pygments.literal.number": "ansimagenta",
    "pygments.comment": "italic ansibrightblack",
}


def run_prompt(reader: "Reader", limit: int, dialect: "Dialect | None" = None) -> None:
    r"""Read queries and write their answers until Ctrl-D or `\q`.

    Raises ConfigError without prompt_toolkit.
    """
    session = _open_session(reader)
    print_note("End queries with a semicolon. \\? lists commands, \\q quits.")
    with ctrl_c_raises(), closing(QueryPrompt(reader, limit, dialect)) as prompt:
        while True:
            try:
                text = session.prompt()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if _command_of(text) in QUITTING:
                return
            if text.strip(" ;\n"):
                prompt.obey(text)


class QueryPrompt:
    """Runs the queries and commands of a prompt, and keeps what its commands have set."""

    def __init__(self, reader: "Reader", limit: int, dialect: "Dialect | None") -> None:
        self._reader = reader
        self._limit = limit
        self._dialect = dialect
        self._is_timed = False
        self._file: TextIO | None = None
        self._form = "table"

    def obey(self, text: str) -> None:
        """Run a query or a command; print its errors."""
        word, name = _command_of(text), _command_of(text).partition(" ")[2].strip()
        try:
            if word in HELPING:
                _print_help()
            elif word == "\\timing":
                self._is_timed = not self._is_timed
                echo(f"Timing is {'on' if self._is_timed else 'off'}.", err=True)
            elif word.partition(" ")[0] == "\\o":
                self._redirect(name)
            elif word.startswith("\\n "):
                self._answer(self._named(name))
            else:
                self._answer(text)
        except SparkifyError as error:
            print_error(str(error), error.hint, error.excerpt)

    def close(self) -> None:
        """Close the file that answers are written to."""
        if self._file:
            self._file.close()
        self._file = None

    def _named(self, name: str) -> str:
        from sparkify.serve.questions import question_text

        return question_text(self._reader, name)

    def _redirect(self, name: str) -> None:
        """Write the next answers to a file, or without a name to the screen."""
        self.close()
        if not name:
            return
        path = Path(name.strip("'\"")).expanduser()
        try:
            self._file = path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise ConfigError(
                f"cannot write {path}: {error.strerror}", "name a file that you may write"
            ) from error
        self._form = FORMS_BY_ENDING.get(path.suffix.lower(), "table")

    def _answer(self, text: str) -> None:
        from sparkify.serve.query import run_interruptibly, run_query

        started = time.monotonic()
        run_interruptibly(
            self._reader, lambda: self._write(run_query(self._reader, text, self._dialect))
        )
        if self._is_timed:
            echo(f"Time: {time.monotonic() - started:.3f} s", err=True)

    def _write(self, answer: "Answer") -> None:
        if self._file:
            TEXT_FORMATS[self._form](answer, self._file)
            self._file.flush()
        else:
            write_answer(answer, "table", None, self._limit)


def is_complete(text: str) -> bool:
    """Return whether Enter runs a text: a query with its semicolon, or a command."""
    stripped = text.strip()
    if not stripped or stripped.startswith("\\") or stripped.endswith(";"):
        return True
    return stripped in {*QUITTING, *HELPING}


def _command_of(text: str) -> str:
    return text.strip().rstrip(";").rstrip()


def _print_help() -> None:
    from sparkify.serve.schema_commands import SCHEMA_COMMANDS

    shown = {f"{each.word} {each.takes}".rstrip(): each.shows for each in SCHEMA_COMMANDS}
    for command, text in (shown | PROMPT_COMMANDS).items():
        echo(f"  {command:<9} {text}")


def _completed_words(reader: "Reader") -> Iterator[str]:
    from sparkify.serve.questions import question_names
    from sparkify.serve.schema_commands import SCHEMA_COMMANDS, schema

    tables = schema(reader)
    yield from tables
    yield from sorted({column for names in tables.values() for column in names})
    yield from COMPLETED_WORDS
    yield from dict.fromkeys(each.word for each in SCHEMA_COMMANDS)
    yield from (command.partition(" ")[0] for command in PROMPT_COMMANDS)
    yield from question_names()


def _open_session(reader: "Reader") -> "PromptSession[str]":
    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.application import get_app
        from prompt_toolkit.completion import FuzzyCompleter, WordCompleter
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.history import FileHistory
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.lexers import PygmentsLexer
        from prompt_toolkit.styles import Style
    except ImportError as error:
        raise ConfigError(
            "the prompt needs prompt_toolkit, which is not installed",
            f'{extra_command("shell")}, or give the query: sparkify query "select ..."',
        ) from error
    from pygments.lexers.sql import SqlLexer

    history = HISTORY_FILE.expanduser()
    history.touch(mode=0o600)
    bindings = KeyBindings()

    @bindings.add("enter", filter=Condition(lambda: is_complete(get_app().current_buffer.text)))
    def _run(event: object) -> None:  # noqa: ARG001 - prompt_toolkit gives it
        get_app().current_buffer.validate_and_handle()

    return PromptSession(
        "sparkify> ",
        multiline=True,
        prompt_continuation="     ...> ",
        history=FileHistory(str(history)),
        completer=FuzzyCompleter(WordCompleter(list(_completed_words(reader)))),
        complete_while_typing=False,
        key_bindings=bindings,
        lexer=PygmentsLexer(SqlLexer),
        style=Style.from_dict(HIGHLIGHTING),
        include_default_pygments_style=False,
    )
