"""The source files in a folder or an `s3://bucket/prefix`: their uris, etags and sizes.

A data file is any `.json` or `.json.gz` below the location, at any depth. Files and folders whose
names start with `.` or `_` belong to tools and are ignored: `.DS_Store`, `_SUCCESS`, `_temporary/`.
"""

import os

from sparkify.sources.files import DataFile, Source
from sparkify.sources.local import LocalFolder, read_local_document
from sparkify.sources.s3 import S3, S3Access, S3Folder, bucket_region, keys_origin, read_s3_document
from sparkify.sources.upload import S3Output
from sparkify.sources.work import OwnFolder, WorkFolder

__all__ = [
    "DataFile",
    "OwnFolder",
    "S3Access",
    "S3Folder",
    "S3Output",
    "Source",
    "WorkFolder",
    "bucket_region",
    "keys_origin",
    "open_source",
    "read_document",
    "uri_prefix",
]


def open_source(location: str, access: S3Access) -> Source:
    """Open a folder, a single file, or an `s3://bucket/prefix`, without reading from it yet.

    Raises ConfigError for an invalid location, or an AWS profile that cannot be used.
    """
    if location.startswith(S3):
        return S3Folder(location, access)
    return LocalFolder(location)


def read_document(location: str, access: S3Access) -> bytes:
    """Read one file or object, such as the JSONPaths file. Raises SourceError, ConfigError."""
    if location.startswith(S3):
        return read_s3_document(location, access)
    return read_local_document(location)


def uri_prefix(location: str) -> str:
    """Return the beginning that the uris of a location's files share, without a slash."""
    if location.startswith(S3):
        return location.rstrip("/")
    return os.path.realpath(os.path.expanduser(location))  # noqa: PTH111 - as LocalFolder does it
