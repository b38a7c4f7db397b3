"""A stand-in for Amazon Redshift: a wire proxy before a real PostgreSQL. See README.md."""

from .copy_load import CopyReport
from .errors import RedshiftError, relation_after_snapshot, serializable_violation
from .faults import Faults, Moment
from .s3_account import S3Access
from .standin import Login, Standin
from .statements import Statement, StatementLog

__all__ = [
    "CopyReport",
    "Faults",
    "Login",
    "Moment",
    "RedshiftError",
    "S3Access",
    "Standin",
    "Statement",
    "StatementLog",
    "relation_after_snapshot",
    "serializable_violation",
]
