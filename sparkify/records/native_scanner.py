"""Read plain records by the native scanner (scanner.c), and each other one by the Python reader."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import (
    CDLL,
    POINTER,
    Structure,
    addressof,
    byref,
    c_char_p,
    c_int32,
    c_int64,
    c_uint8,
    c_void_p,
    create_string_buffer,
    memmove,
    string_at,
)
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from sparkify.records.batches import MOST_BYTES, MOST_ROWS, ColumnBatch, ColumnBuffers
from sparkify.records.content import CHUNK_BYTES
from sparkify.records.framing import LONG_RECORD
from sparkify.records.jsonpaths import JsonPath
from sparkify.records.native import KINDS, load_library
from sparkify.records.python_reader import RecordStream, between_records, encoded
from sparkify.sql import Column

# These are scanner.c's.
_SLACK, _MAX_KEY = 320, 254
_OBJECT, _ARRAY = 5, 6
_NEEDS_BYTES, _BATCH_IS_FULL, _NOT_PLAIN = range(3)
_MOST_STEPS, _MOST_OPEN = 16, 1 << 16
SOURCE = Path(__file__).with_name("scanner.c")
# What Python gets of a record at first, where that has no line to itself.
_FIRST_BYTES = 1 << 12
# What a scan can leave, and a chunk; or what Python had to take behind a record, and a chunk.
_INPUT_BYTES = LONG_RECORD + CHUNK_BYTES + LONG_RECORD


class _Field(Structure):
    _fields_ = (
        ("kind", c_int32),
        ("column", c_int32),
        ("limit", c_int32),
        ("place", c_int32),
        ("first_child", c_int32),
        ("children", c_int32),
        ("has_arrays", c_int32),
        ("key_bytes", c_int32),
        ("seen", c_int64),
        ("key", c_uint8 * (_MAX_KEY + 2)),
        ("spelling", c_uint8 * (_MAX_KEY + 2)),
    )


class _Scan(Structure):
    _fields_ = (
        ("fields", POINTER(_Field)),
        ("columns", POINTER(ColumnBuffers)),
        ("column_count", c_int32),
        ("ignore_case", c_int32),
        ("input", c_void_p),
        ("at", c_int64),
        ("have", c_int64),
        ("line", c_int64),
        ("indent", c_int64),
        ("fresh", c_int64),
        ("commas", c_int64),
        ("commas_line", c_int64),
        ("row", c_int64),
        ("most_rows", c_int64),
        ("bytes", c_int64),
        ("most_bytes", c_int64),
        ("records", c_int64),
        ("attempt", c_int64),
    )


class _FrameState(Structure):
    _fields_ = (
        ("indent", c_int64),
        ("column", c_int64),
        ("open_count", c_int64),
        ("objects", c_int64),
        ("deeper", c_int64),
        ("before", c_int32),
        ("is_begun", c_int32),
        ("is_in_text", c_int32),
        ("is_garbage", c_int32),
        ("is_commas", c_int32),
        ("open", c_uint8 * _MOST_OPEN),
    )


class NativeFrame:
    """The extent of one record, as framing.py's RecordFrame finds it."""

    def __init__(self, library: CDLL, first: str, indent: int) -> None:
        """Begin a record with its first sign, in a line that is indented by so many blanks."""
        self._frame_record = library.frame_record
        self._state = _FrameState()
        library.begin_frame(byref(self._state), encoded(first)[0], indent)

    @property
    def is_commas(self) -> bool:
        """True where the record is commas only, so far."""
        return bool(self._state.is_commas)

    def end(self, text: str, start: int, *, is_last: bool) -> tuple[int, bool]:
        """Return where the record ends in the text, as a RecordExtent does."""
        piece, ended = encoded(text[start:]), c_int32()
        at = self._frame_record(byref(self._state), piece, len(piece), is_last, byref(ended))
        if not text.isascii():
            at = len(piece[:at].decode("utf-8", "surrogateescape"))
        return start + at, bool(ended)


# A record for the Python reader: its line, its text, and its content or why it is no record.
Found = tuple[int, str, Any]


class NativeScanner:
    """Fills batches with the plain records of files."""

    def __init__(
        self, library: CDLL, fields: Any, columns: Sequence[Column], *, ignore_case: bool
    ) -> None:
        self._fields = fields
        self._input = create_string_buffer(_INPUT_BYTES + _SLACK)
        self._scan = _Scan(
            fields=fields,
            column_count=len(columns),
            ignore_case=ignore_case,
            input=addressof(self._input),
            most_rows=MOST_ROWS,
            most_bytes=MOST_BYTES,
        )
        self._address = addressof(self._scan)
        self._scan_records = library.scan_records
        self._new_frame = partial(NativeFrame, library)

    def read(
        self, chunks: Iterable[bytes], batch: Callable[[], ColumnBatch]
    ) -> Iterator[Found | None]:
        """Fill batches with the plain records of a file; yield each other one as it is found.

        `batch` gives the batch to fill. Yields None where it is full, and must be another then.
        """
        scan, pieces = self._scan, _Pieces(chunks)
        scan.at = scan.have = scan.indent = scan.commas = scan.commas_line = scan.records = 0
        scan.line = scan.fresh = 1
        is_read = False
        while not is_read:
            outcome = self._scanned(next(pieces, b""), batch(), is_last=pieces.is_last)
            while outcome != _NEEDS_BYTES:
                found = self._read_by_python(pieces) if outcome == _NOT_PLAIN else None
                if found or outcome == _BATCH_IS_FULL:
                    yield found
                outcome = self._scanned(b"", batch(), is_last=pieces.is_last)
            is_read = pieces.is_last
        if scan.commas:
            yield scan.commas_line, ",", between_records(scan.commas)

    @property
    def plain_records(self) -> int:
        """The number of plain records in the last file."""
        return int(self._scan.records)

    def _scanned(self, piece: bytes, batch: ColumnBatch, *, is_last: bool) -> int:
        scan = self._scan
        self._require_room(scan.have - scan.at + len(piece))
        scan.columns = batch.buffers
        scan.row, scan.bytes = batch.rows, batch.bytes
        outcome: int = self._scan_records(self._address, piece, len(piece), is_last)
        batch.rows, batch.bytes = scan.row, scan.bytes
        return outcome

    def _read_by_python(self, pieces: "_Pieces") -> Found | None:
        """Read the record at hand, and go behind it; return it, None for commas between records."""
        scan = self._scan
        taken = scan.at

        def bytes_from_here() -> Iterator[bytes]:
            # Most records are one line, and the less is decoded the better.
            nonlocal taken
            line_end = self._at(taken, LONG_RECORD).find(b"\n") + 1
            sizes = chain([line_end or _FIRST_BYTES, _FIRST_BYTES], repeat(LONG_RECORD))
            while taken < scan.have:
                piece = self._at(taken, next(sizes))
                taken += len(piece)
                yield piece
            for piece in pieces:
                taken = -1
                yield piece

        stream = RecordStream(bytes_from_here(), scan.line, scan.indent, new_frame=self._new_frame)
        line = stream.line
        found = stream.next_record()
        rest = stream.rest()
        if taken < 0:
            self._require_room(len(rest))
            scan.at, scan.have = 0, len(rest)
            memmove(scan.input, rest, len(rest))
        else:
            scan.at = taken - len(rest)
        scan.line, scan.indent, scan.fresh = stream.line, stream.indent, stream.is_fresh
        scan.commas_line = scan.commas_line or stream.commas_line
        scan.commas += stream.commas
        return (line, *found) if found else None

    def _require_room(self, size: int) -> None:
        if size > _INPUT_BYTES:
            raise BufferError("the scanner's input has no room for so many bytes")

    def _at(self, place: int, size: int) -> bytes:
        """Return the bytes at a place in the input, at most so many."""
        return string_at(self._scan.input + place, min(size, self._scan.have - place))


def scanner_for(
    columns: Sequence[Column], paths: Sequence[JsonPath], *, ignore_case: bool
) -> NativeScanner | None:
    """Return a scanner for records of this shape, None where only the Python reader can read them.

    That is where the scanner was not built, or the paths are unusual: one leads through what
    another one takes as a whole.
    """
    library = scanner_library()
    if library is None:
        return None
    tree: dict[str | int, Any] = {}
    for index, path in enumerate(paths):
        if not _grown(tree, path, index):
            return None
    if ignore_case and any(len(path) > 1 or path[0] != str(path[0]).lower() for path in paths):
        return None
    fields = _flattened(tree, columns)
    return fields and NativeScanner(library, fields, columns, ignore_case=ignore_case)


def _grown(tree: dict[str | int, Any], path: JsonPath, index: int) -> bool:
    """Add a path to the tree of keys and places; return whether the scanner can follow it."""
    if len(path) > _MOST_STEPS or not all(map(_is_plain, path)):
        return False
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            return False
    if path[-1] in tree:
        return False
    tree[path[-1]] = index
    return True


def _is_plain(step: str | int) -> bool:
    """Return whether a place or key is written in one way only, but for escapes."""
    if isinstance(step, int):
        return True
    is_short = len(step.encode("utf-8", "replace")) <= _MAX_KEY
    return is_short and not any(sign in '"\\' or sign < " " for sign in step)


def _flattened(tree: dict[str | int, Any], columns: Sequence[Column]) -> Any | None:
    """Return the tree as an array of fields, each node's children side by side.

    None where a node has both keys and places.
    """
    nodes: list[tuple[str | int, Any]] = [("", tree)]
    fields: list[_Field] = []
    while len(fields) < len(nodes):
        step, node = nodes[len(fields)]
        field = _Field(place=step if isinstance(step, int) else 0)
        _spell(field, step)
        if isinstance(node, int):
            field.kind, field.column = KINDS[columns[node].kind], node
            field.limit = columns[node].bytes or 0
        else:
            kinds = {type(step) for step in node}
            if len(kinds) != 1:
                return None
            field.kind = _ARRAY if kinds == {int} else _OBJECT
            field.first_child, field.children = len(nodes), len(node)
            children = sorted(node.items()) if kinds == {int} else list(node.items())
            nodes += children
            field.has_arrays = any(
                isinstance(child, dict) and isinstance(next(iter(child)), int)
                for _, child in children
            )
        fields.append(field)
    return (_Field * len(fields))(*fields)


def _spell(field: _Field, step: str | int) -> None:
    if isinstance(step, str):
        key = f'"{step}"'.encode()
        field.key_bytes = len(key)
        memmove(field.key, key, len(key))
        memmove(field.spelling, key, len(key))


class _Pieces:
    """The bytes of a file in pieces that the input has room for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._pieces = chain.from_iterable(map(_cut, chunks))
        self._next = next(self._pieces, None)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._next
        if piece is None:
            raise StopIteration
        self._next = next(self._pieces, None)
        return piece

    @property
    def is_last(self) -> bool:
        """True when all pieces were taken."""
        return self._next is None


def _cut(chunk: bytes) -> Iterable[bytes]:
    if len(chunk) <= CHUNK_BYTES:
        return (chunk,) if chunk else ()
    return (chunk[start : start + CHUNK_BYTES] for start in range(0, len(chunk), CHUNK_BYTES))


def scanner_library() -> CDLL | None:
    """Return the scanner's library, None where it was not built."""
    library = load_library(SOURCE)
    if library is not None:
        library.scan_records.argtypes = (c_void_p, c_char_p, c_int64, c_int32)
        library.begin_frame.argtypes = (c_void_p, c_uint8, c_int64)
        library.begin_frame.restype = None
        library.frame_record.argtypes = (c_void_p, c_char_p, c_int64, c_int32, c_void_p)
        library.frame_record.restype = c_int64
    return library
