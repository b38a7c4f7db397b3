"""Tell what a file is of which no record can be read, by its first bytes."""

import re
from typing import NamedTuple


class ForeignKind(NamedTuple):
    """A kind of file that has no records for COPY, and what to do with one."""

    pattern: str
    name: str
    hint: str


NO_RECORDS = ForeignKind(
    "", "no JSON records", "write JSON objects, one a line, or remove the file"
)
JSON_ARRAY = ForeignKind(r"\[", "a JSON array", "write its objects one a line: jq -c '.[]' FILE")
_UTF_16 = "write it in UTF-8: iconv -f UTF-16 -t UTF-8 FILE"
_COMPRESSED = "decompress it, or compress it as gzip and let its name end in .json.gz"
# Matched with the text of the first record, its bytes that are no UTF-8 as surrogates. The first
# that matches applies.
_KINDS = (
    ForeignKind("\x1f\udc8b", "gzip under another name", "let its name end in .json.gz"),
    ForeignKind("\udcff\udcfe|\udcfe\udcff", "UTF-16", _UTF_16),
    ForeignKind("[^\x00]{0,3}\x00", "UTF-16", _UTF_16),
    ForeignKind("PK\x03\x04", "a zip file", _COMPRESSED),
    ForeignKind("BZh", "bzip2", _COMPRESSED),
    ForeignKind("\\(\udcb5/\udcfd", "zstd", _COMPRESSED),
    ForeignKind("\udcfd7zXZ", "xz", _COMPRESSED),
    ForeignKind("PAR1", "Parquet", "write it as JSON, one object a line"),
    ForeignKind("Obj\x01", "Avro", "write it as JSON, one object a line"),
    ForeignKind(
        "<",
        "an HTML or XML page",
        "fetch the file again: a server's error page may be in its place",
    ),
    NO_RECORDS,
)


def foreign_kind(text: str, *, takes_arrays: bool) -> ForeignKind:
    """Return what a file is whose first record has this text, and cannot be read.

    `takes_arrays` says that a record may be an array, by the JSONPaths.
    """
    kinds = _KINDS if takes_arrays else (JSON_ARRAY, *_KINDS)
    return next(kind for kind in kinds if re.match(kind.pattern, text))
