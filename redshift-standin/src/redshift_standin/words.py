"""A command's words, one after the other."""

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from .errors import RedshiftError, syntax_error


class Words:
    """What is left to read of a command, and the options read: flags, and those with a value."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._at = tokens, 0
        self._flags: set[str] = set()
        self._values: dict[str, str] = {}

    def value(self) -> str:
        if self.peek().upper() == "AS":
            self._at += 1
        return self.take().text

    def string(self) -> str:
        token = self.take()
        if token.token_type not in {TokenType.STRING, TokenType.HEREDOC_STRING}:
            raise syntax_error(token.text)
        return token.text

    def name(self) -> str:
        return self.take().text.lower()

    def word(self) -> str:
        return self.take().text.upper()

    def expect(self, word: str) -> None:
        if (found := self.word()) != word:
            raise syntax_error(found)

    def take(self) -> Token:
        if not self.more():
            raise RedshiftError("syntax error at end of input", "42601")
        self._at += 1
        return self._tokens[self._at - 1]

    def peek(self) -> str:
        return self._tokens[self._at].text if self.more() else ""

    def next_is_string(self) -> bool:
        return self.more() and self._tokens[self._at].token_type == TokenType.STRING

    def more(self) -> bool:
        return self._at < len(self._tokens)

    def role(self) -> str:
        credentials = self._values.get("CREDENTIALS", "").removeprefix("aws_iam_role=")
        role = self._values.get("IAM_ROLE", credentials)
        if not role:
            raise RedshiftError("Must specify credentials to access S3", "42601")
        return role
