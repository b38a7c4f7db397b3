"""Find where a record ends that the JSON parser cannot read.

A record that parses ends where it parses to. Any other is framed by these rules, so that one broken
record is one rejection, no neighbour is lost, and nothing is ever read from inside it:

- A text ends at its quote, or at the end of its line: JSON has no line feed in a text, and one lost
  quote does not turn the rest of the file inside out.
- Brackets are counted. `}` closes through open `[`, and a `]` that matches nothing is passed over.
- A record ends where all its brackets are closed, if what follows is the end of the line, an
  opening bracket or the end of the file, or commas and then one of the last two. Else it goes on.
  It also ends before 64 KB of blanks and commas: what follows need not be waited for.
- A record that is not closed ends before a line that opens a bracket, is indented no deeper than
  the record's own line, and stands where no value can stand.
- What begins with no bracket ends before such a line, too; if it is commas only, before any opening
  bracket.

In doubt it is inside: a rejection is loud, a record read from inside another is silent.
"""

import re
from enum import Enum
from typing import Protocol

# A record of more text is framed once, and not tried again as its text arrives.
LONG_RECORD = 1 << 16

# An object of one line with nothing nested in it, a sign (of some as many as there are), blanks,
# or anything else.
_LEXEME = re.compile(
    r'\{[^{}\[\]"\n]*+(?:"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"[^{}\[\]"\n]*+)*+\}'
    r'|\{+|\[+|,+|\n+|[}\]:"]|[ \t\r]+|[^{}\[\],:"\n \t\r]+'
)
_TEXT = re.compile(r'[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+')
# No record is nested so deep; of what is, only the number of brackets is kept.
_MOST_OPEN = 1 << 16
_BLANKS = re.compile(r"[ \t\r]*")
_BLANKS_AND_COMMAS = re.compile(r"[ \t\r\n,]*")


class Before(Enum):
    """The place within a record that the next sign stands in."""

    VALUE = "a value may stand here"
    KEY = "a key must stand here"
    SIGN = "a value has ended: a comma or a closing bracket must stand here"


def may_end(text: str, end: int, *, is_last: bool) -> bool | None:
    """Return whether a record whose brackets are closed ends here; None if more text must tell.

    `is_last` says that no text follows.
    """
    at = _BLANKS.match(text, end).end()  # type: ignore[union-attr]  # it matches the empty text
    if text.startswith(",", at):
        at = _BLANKS_AND_COMMAS.match(text, at).end()  # type: ignore[union-attr]
    if at - end >= LONG_RECORD:
        return True
    if at == len(text):
        return True if is_last else None
    return text[at] in "\n{["


class RecordExtent(Protocol):
    """The extent of one record, found in texts that follow each other."""

    @property
    def is_commas(self) -> bool:
        """True where the record is commas only, so far."""

    def end(self, text: str, start: int, *, is_last: bool) -> tuple[int, bool]:
        """Return where the record ends in the text, and True; else where to go on, and False.

        It begins at `start`, or goes on there with what it did not take before.
        """


class RecordFrame:
    """A frame by these rules; the native scanner has one by the same."""

    def __init__(self, first: str, indent: int) -> None:
        """Begin a record with its first sign, in a line that is indented by so many blanks."""
        self.is_commas = first == ","
        self._is_garbage = first not in "{["
        self._indent = indent
        self._column: int | None = None  # blanks of the line so far; None behind anything else
        self._open: list[str] = []
        self._objects = 0  # of the open brackets
        self._deeper = 0  # brackets that are only counted
        self._before = Before.VALUE
        self._is_begun = self._is_in_text = False

    def end(self, text: str, start: int, *, is_last: bool) -> tuple[int, bool]:
        """Return where the record ends in the text, as a RecordExtent does."""
        at = start
        while at < len(text):
            if self._is_in_text:
                at, is_cut = self._past_text(text, at)
                if is_cut:
                    return (len(text), True) if is_last else (at, False)
                continue
            lexeme = _LEXEME.match(text, at)[0]  # type: ignore[index]  # it matches any sign
            if lexeme[0] in "{[" and self._ends_before(lexeme[0]):
                return at, True
            if self._closes_all(lexeme):
                ended = may_end(text, at + len(lexeme), is_last=is_last)
                if ended is None:
                    return at, False
                if ended:
                    return at + len(lexeme), True
                self._is_garbage = True
            self._take(lexeme)
            at += len(lexeme)
        return at, is_last

    def _past_text(self, text: str, at: int) -> tuple[int, bool]:
        """Return where the text ends that `at` is in, and whether more of it may follow."""
        end = _TEXT.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text
        if end + 1 >= len(text) and not text.endswith('"', end):
            return end, True
        end += text[end] == "\\"  # before the end of its line
        self._is_in_text = False
        return end + (text[end] == '"'), False

    def _ends_before(self, bracket: str) -> bool:
        if not self._is_begun:
            return False
        if self._is_garbage and self.is_commas:
            return True
        opens_line = self._column is not None and self._column <= self._indent
        no_value = self._before is Before.SIGN or (self._before is Before.KEY and bracket == "{")
        return opens_line and no_value

    def _closes_all(self, lexeme: str) -> bool:
        if self._is_garbage or self._deeper:
            return False
        if lexeme == "}":
            return self._objects == 1 and self._open[0] == "{"
        if lexeme == "]":
            return self._open == ["["]
        return not self._open and lexeme[0] == "{" and lexeme[-1] == "}"

    def _take(self, lexeme: str) -> None:
        sign = lexeme[0]
        if sign == "\n":
            self._column = 0
        elif sign in " \t\r":
            if self._column is not None:
                self._column += len(lexeme) - lexeme.count("\r")
        else:
            self._column = None
            self._is_begun = True
            self.is_commas = self.is_commas and sign == ","
            self._is_in_text = sign == '"'
            self._take_sign(lexeme)

    def _take_sign(self, lexeme: str) -> None:
        self._before = Before.SIGN
        last = lexeme[-1]
        if last == ":":
            self._before = Before.VALUE
        elif last == ",":
            in_object = not self._is_garbage and self._open[-1:] == ["{"]
            self._before = Before.KEY if in_object else Before.VALUE
        elif last in "{[":
            self._before = Before.VALUE if self._is_garbage or last == "[" else Before.KEY
            if not self._is_garbage:
                self._nest(lexeme)
        elif lexeme in ("}", "]") and not self._is_garbage:
            self._close(lexeme)

    def _nest(self, brackets: str) -> None:
        kept = brackets[: _MOST_OPEN - len(self._open)]
        self._open += kept
        self._objects += kept.count("{")
        self._deeper += len(brackets) - len(kept)

    def _close(self, bracket: str) -> None:
        if self._deeper:
            self._deeper -= 1
        elif bracket == "]":
            if self._open[-1:] == ["["]:
                self._open.pop()
        elif self._objects:
            while self._open.pop() != "{":
                pass
            self._objects -= 1
