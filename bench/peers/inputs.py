"""The input of every peer: log files, song records, and their keys with types."""

from pathlib import Path

# The type of each key: text, whole (up to 32 bits), long or real.
EVENT_KEYS = {
    "artist": "text",
    "auth": "text",
    "firstName": "text",
    "gender": "text",
    "itemInSession": "whole",
    "lastName": "text",
    "length": "real",
    "level": "text",
    "location": "text",
    "method": "text",
    "page": "text",
    "registration": "real",
    "sessionId": "long",
    "song": "text",
    "status": "whole",
    "ts": "long",
    "userAgent": "text",
    "userId": "text",
}
SONG_KEYS = {
    "num_songs": "whole",
    "artist_id": "text",
    "artist_latitude": "real",
    "artist_longitude": "real",
    "artist_location": "text",
    "artist_name": "text",
    "song_id": "text",
    "title": "text",
    "duration": "real",
    "year": "whole",
}


def log_files(data: Path) -> list[str]:
    """Return the paths of the log files, which have one record a line, by name."""
    return [str(path) for path in sorted((data / "log_data").rglob("*.json"))]


def joined_songs(data: Path) -> bytes:
    """Return all song records, one a line: no peer reads thousands of tiny files well."""
    return b"\n".join(path.read_bytes() for path in (data / "song_data").rglob("*.json"))


def repair_encoding(text: str) -> str:
    """Return the text with repeated UTF-8 encoding undone."""
    while not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return text
