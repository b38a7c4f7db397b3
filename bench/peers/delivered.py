"""What every peer is given: the log files, the song records, and the keys that are in them."""

from pathlib import Path

# Each key with its type: text, whole (up to 32 bits), long or real.
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
    """The paths of the log files, one object a line, by name."""
    return [str(path) for path in sorted((data / "log_data").rglob("*.json"))]


def joined_songs(data: Path) -> bytes:
    """All song records, one a line: no peer reads thousands of tiny files well, so none has to."""
    return b"\n".join(path.read_bytes() for path in (data / "song_data").rglob("*.json"))


def readable(text: str) -> str:
    """The text without the UTF-8 encodings that it went through more than once."""
    while not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return text
