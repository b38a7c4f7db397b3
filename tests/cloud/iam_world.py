"""Queries of the shim to moto's IAM: which roles exist, whom they trust, what they may do."""

import json
from typing import Any

from moto.iam.models import iam_backends

from .policies import BadDocumentError, allows

ACCOUNT = "123456789012"


def role_of(arn: str) -> Any:
    """Return moto's role with this ARN, or None."""
    backend = iam_backends[ACCOUNT]["aws"]
    return next((role for role in backend.roles.values() if role.arn == arn), None)


def arns() -> list[str]:
    """List the ARNs of all roles."""
    return [role.arn for role in iam_backends[ACCOUNT]["aws"].roles.values()]


def trusts(arn: str, service: str, source_arn: str) -> bool:
    """Return whether a service, acting for a resource, may assume a role that exists."""
    role = role_of(arn)
    if role is None:
        return False
    document = json.loads(role.assume_role_policy_document)
    context = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": source_arn}
    try:
        return allows(document, "sts:AssumeRole", context=context, service=service)
    except BadDocumentError:
        return False


def may(arn: str, action: str, resource: str) -> bool:
    """Return whether a role's inline policies allow an action on a resource."""
    role = role_of(arn)
    if role is None:
        return False
    documents = [json.loads(text) for text in role.policies.values()]
    return any(allows(document, action, resource) for document in documents)
