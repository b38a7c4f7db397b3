"""A small evaluator of IAM's policies: which actions a document allows or denies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
An action is denied unless a statement allows it; a Deny wins. Only the elements and operators that
a test needs are known. Anything else is an error, so that nothing is skipped.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
Context = Mapping[str, str]

_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Principal", "Condition"}


class BadDocumentError(Exception):
    """A document that IAM would reject."""


def allows(
    document: Document,
    action: str,
    resource: str = "",
    context: Context | None = None,
    service: str = "",
) -> bool:
    """Return whether the document allows the action on the resource.

    For a trust policy, `service` is the principal; `context` holds the condition keys.
    """
    effects = [
        statement["Effect"]
        for statement in statements(document)
        if _applies(statement, action, resource, context or {}, service)
    ]
    return "Allow" in effects and "Deny" not in effects


def statements(document: Document) -> list[dict[str, Any]]:
    """List the statements. Raises BadDocumentError for a document that IAM would reject."""
    if document.get("Version") != "2012-10-17":
        raise BadDocumentError("Version")
    listed = _all(document.get("Statement", []))
    if not listed:
        raise BadDocumentError("Statement")
    for statement in listed:
        if set(statement) - _ELEMENTS or statement.get("Effect") not in {"Allow", "Deny"}:
            raise BadDocumentError(str(sorted(statement)))
        if ("Principal" in statement) == ("Resource" in statement) or "Action" not in statement:
            raise BadDocumentError("a statement has an Action, and a Resource or a Principal")
    return listed


def _applies(
    statement: Mapping[str, Any], action: str, resource: str, context: Context, service: str
) -> bool:
    if not any(_like(pattern.lower(), action.lower()) for pattern in _all(statement["Action"])):
        return False
    if "Principal" in statement:
        if service not in _all(statement["Principal"].get("Service", [])):
            return False
    elif not any(_like(pattern, resource) for pattern in _all(statement["Resource"])):
        return False
    return all(_conditions(statement.get("Condition", {}), context))


def _conditions(condition: Mapping[str, Any], context: Context) -> Iterator[bool]:
    """Yield whether each condition holds; a condition on a missing key does not."""
    known = {key.lower(): value for key, value in context.items()}
    for operator, keys in condition.items():
        for key, patterns in keys.items():
            value = known.get(key.lower())
            if operator == "StringEquals":
                yield value in _all(patterns)
            elif operator in {"StringLike", "ArnLike"}:
                yield value is not None and any(_like(each, value) for each in _all(patterns))
            else:
                raise BadDocumentError(operator)


def _like(pattern: str, text: str) -> bool:
    parts = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part)
        for part in re.split(r"([*?])", pattern)
    )
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _all(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
