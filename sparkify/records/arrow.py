"""Hand batches of columns on by Arrow's C stream interface, which needs no library of Arrow's.

The structures are those of https://arrow.apache.org/docs/format/CDataInterface.html and
https://arrow.apache.org/docs/format/CStreamInterface.html.
"""

from collections.abc import Callable, Iterator, Sequence
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_int64,
    c_void_p,
    cast,
    create_string_buffer,
    memset,
    pointer,
    py_object,
    pythonapi,
    sizeof,
)
from typing import Any

from sparkify.records.batches import ColumnBatch
from sparkify.sql import Column

_FORMATS = {
    "varchar": b"u",
    "integer": b"i",
    "bigint": b"l",
    "double precision": b"g",
    "timestamp": b"tsu:",
}
_NULLABLE = 2
_INPUT_OUTPUT_ERROR = 5


class _Schema(Structure):
    pass


class _Array(Structure):
    pass


class _Stream(Structure):
    pass


_ReleaseSchema = CFUNCTYPE(None, POINTER(_Schema))
_ReleaseArray = CFUNCTYPE(None, POINTER(_Array))
_ReleaseStream = CFUNCTYPE(None, POINTER(_Stream))
_GetSchema = CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Schema))
_GetNext = CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Array))
_GetLastError = CFUNCTYPE(c_void_p, POINTER(_Stream))

_Schema._fields_ = (
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(_Schema))),
    ("dictionary", POINTER(_Schema)),
    ("release", _ReleaseSchema),
    ("private_data", c_void_p),
)
_Array._fields_ = (
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(_Array))),
    ("dictionary", POINTER(_Array)),
    ("release", _ReleaseArray),
    ("private_data", c_void_p),
)
_Stream._fields_ = (
    ("get_schema", _GetSchema),
    ("get_next", _GetNext),
    ("get_last_error", _GetLastError),
    ("release", _ReleaseStream),
    ("private_data", c_void_p),
)

_new_capsule = pythonapi.PyCapsule_New
_new_capsule.restype = py_object
_new_capsule.argtypes = (c_void_p, c_char_p, c_void_p)


class ArrowStream:
    """Batches of these columns as a stream that can be read once.

    An exception while the next batch is made ends the stream, and is kept as `error`. `reuse`
    gets each batch that the reader is done with.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        batches: Iterator[ColumnBatch],
        reuse: Callable[[ColumnBatch], None],
    ) -> None:
        self.error: BaseException | None = None
        self._columns, self._batches, self._reuse = columns, batches, reuse
        self._lent: dict[int, tuple[ColumnBatch, Any]] = {}
        self._message = create_string_buffer(b"")
        self._release_schema = _ReleaseSchema(_released)
        self._release_child = _ReleaseArray(_released)
        self._release_array = _ReleaseArray(self._take_back)
        self._stream = _Stream(
            _GetSchema(self._get_schema),
            _GetNext(self._get_next),
            _GetLastError(self._get_last_error),
            _ReleaseStream(_released),
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream in a capsule; the object must live for as long as it is read."""
        return _new_capsule(cast(pointer(self._stream), c_void_p), b"arrow_array_stream", None)

    def _get_schema(self, _: Any, out: Any) -> int:
        fields = [
            _Schema(
                format=_FORMATS[column.kind],
                name=column.name.encode(),
                flags=_NULLABLE,
                release=self._release_schema,
            )
            for column in self._columns
        ]
        children = (POINTER(_Schema) * len(fields))(*map(pointer, fields))
        self._schema = fields, children
        memset(out, 0, sizeof(_Schema))
        out.contents.format, out.contents.name = b"+s", b""
        out.contents.n_children = len(fields)
        out.contents.children = cast(children, POINTER(POINTER(_Schema)))
        out.contents.release = self._release_schema
        return 0

    def _get_next(self, _: Any, out: Any) -> int:
        memset(out, 0, sizeof(_Array))
        try:
            batch = next(self._batches, None)
        except BaseException as error:  # noqa: BLE001 - a callback of C cannot raise it
            self.error = error
            self._message = create_string_buffer(str(error).encode("utf-8", "backslashreplace"))
            return _INPUT_OUTPUT_ERROR
        if batch is not None:
            self._lend(batch, out.contents)
        return 0

    def _get_last_error(self, _: Any) -> int | None:
        return cast(self._message, c_void_p).value

    def _lend(self, batch: ColumnBatch, out: Any) -> None:
        columns, kept = [], []
        for buffers in batch.buffers:
            given = [buffers.valid, buffers.values, *([buffers.text] if buffers.text else [])]
            addresses = (c_void_p * len(given))(*given)
            kept.append(addresses)
            columns.append(
                _Array(
                    length=batch.rows,
                    null_count=-1,
                    n_buffers=len(given),
                    buffers=cast(addresses, POINTER(c_void_p)),
                    release=self._release_child,
                )
            )
        children = (POINTER(_Array) * len(columns))(*map(pointer, columns))
        no_validity = (c_void_p * 1)(None)
        out.length, out.n_buffers, out.n_children = batch.rows, 1, len(columns)
        out.buffers = cast(no_validity, POINTER(c_void_p))
        out.children = cast(children, POINTER(POINTER(_Array)))
        out.release = self._release_array
        out.private_data = id(batch)
        self._lent[id(batch)] = batch, (columns, kept, children, no_validity)

    def _take_back(self, array: Any) -> None:
        batch, _ = self._lent.pop(array.contents.private_data)
        array.contents.release = _ReleaseArray()
        self._reuse(batch)


def _released(structure: Any) -> None:
    """Mark what was lent as given back; Python frees it."""
    structure.contents.release = type(structure.contents.release)()
