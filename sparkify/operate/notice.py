"""Notices of runs to a webhook, and the heartbeat of good ones.

A notice takes a bounded time and never fails the run. The URL is a secret, and so are what an HTTP
library or a server says of it: an error here is a few words of ours.
"""

import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from sparkify.checks import CheckedRowsFailed
from sparkify.config import NoticeForm, Settings
from sparkify.errors import SparkifyError
from sparkify.installation import extra_command
from sparkify.pipeline import Run
from sparkify.unfinished import atomic_file

NoticeEvent = Literal["failure", "warning", "recovery"]

SECONDS = 10.0  # for one delivery, whatever the server does
MOST_LETTERS = 1200  # of what happened
LONGEST_BODY = 1900  # Discord takes 2,000 letters with the title
MOST_WARNINGS = 10
FORM_BY_HOST: dict[str, NoticeForm] = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
    "webhook.office.com": "teams",
    "logic.azure.com": "teams",
    "api.powerplatform.com": "teams",
}
TITLE_BY_EVENT: dict[NoticeEvent, str] = {
    "failure": "Sparkify: the load failed",
    "warning": "Sparkify: the load has warnings",
    "recovery": "Sparkify: the load succeeds again",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened, where, and what to do; it holds no value of the data and no secret."""

    event: NoticeEvent
    what: str
    where: str
    hint: str

    @property
    def title(self) -> str:
        """The event in a sentence."""
        return TITLE_BY_EVENT[self.event]

    @property
    def body(self) -> str:
        """The text below the title, bounded."""
        return f"{self.what[:MOST_LETTERS]}\nWhere: {self.where}\nTry: {self.hint}"[:LONGEST_BODY]


class DeliveryFailed(Exception):  # noqa: N818 - it is reported as a warning
    """A notice or heartbeat was not delivered; the text says why, and never the URL."""


def failure_notice(settings: Settings, error: Exception) -> Notice:
    """Return the notice of a run that failed. Unexpected errors are reduced to their type."""
    if isinstance(error, CheckedRowsFailed):  # its text has values of the rows
        failed = (each.headline for each in error.results if each.outcome == "failed")
        return Notice("failure", "; ".join(failed), _where(settings), error.hint)
    if isinstance(error, SparkifyError):
        return Notice("failure", str(error), _where(settings), error.hint)
    what = f"an unexpected {type(error).__name__}"
    return Notice("failure", what, _where(settings), "see the output of the run")


def recovery_notices(settings: Settings) -> list[Notice]:
    """Return the notice that loads succeed again, if one failed before."""
    since = _failed_since(settings)
    if not since:
        return []
    what = f"a load succeeded; the first that failed was at {since}"
    return [Notice("recovery", what, _where(settings), "nothing; all is loaded")]


def warning_notices(settings: Settings, run: Run) -> list[Notice]:
    """Return the notice of the warnings of a run that ended, if it has any."""
    warnings = _warnings(run)
    if not warnings:
        return []
    where = f"{_where(settings)}, run {run.run_id}"
    return [Notice("warning", "\n".join(warnings), where, f"sparkify runs {run.run_id}")]


def deliver_notice(settings: Settings, notice: Notice) -> None:
    """Send a notice to [NOTIFY] URL. Raises DeliveryFailed."""
    url = settings.notify_url.value
    if urlsplit(url).scheme.lower() in {"http", "https"}:
        payload = WEBHOOK_FORMS[_form_of(settings)](notice)
        in_bounded_time(lambda: _post(url, payload))
    else:
        in_bounded_time(lambda: _deliver_by_apprise(url, notice))


def send_heartbeat(settings: Settings) -> None:
    """Call [NOTIFY] HEARTBEAT_URL. Raises DeliveryFailed."""
    url = settings.heartbeat_url.value
    in_bounded_time(lambda: _open(urllib.request.Request(url)))  # noqa: S310 - http or https


def remember_failure(settings: Settings) -> None:
    """Keep the time of the first failure, for the notice of recovery. Raises OSError."""
    if not settings.failed_marker.exists():
        now = datetime.now(UTC)
        with atomic_file(settings.failed_marker) as unfinished:
            unfinished.write_text(f"{now:%Y-%m-%d %H:%M:%S} UTC\n", encoding="ascii")


def forget_failure(settings: Settings) -> None:
    """Forget that runs failed, since one succeeded. Raises OSError."""
    settings.failed_marker.unlink(missing_ok=True)


def _failed_since(settings: Settings) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return settings.failed_marker.read_text(encoding="ascii").strip()[:40]
    return ""


def _warnings(run: Run) -> list[str]:
    """Return the warnings of a run without values of the data: counts, and checks by name."""
    warnings = [text.partition("\n")[0] for text in run.warnings]
    if run.rejected_files:
        count = len(run.rejected_files)
        files = "1 file was" if count == 1 else f"{count:,} files were"
        warnings.insert(0, f"{files} rejected whole")
    if run.rejected:
        warnings.insert(0, f"{run.rejected:,} of {run.records:,} records were rejected")
    more = len(warnings) - MOST_WARNINGS
    return [*warnings[:MOST_WARNINGS], f"and {more:,} more"] if more > 0 else warnings


def _where(settings: Settings) -> str:
    file = settings.file.absolute()
    return f"{settings.engine} {settings.db_name} on {socket.gethostname()}, settings {file}"


def _form_of(settings: Settings) -> str:
    if settings.notify_form != "auto":
        return settings.notify_form
    host = urlsplit(settings.notify_url.value).hostname or ""
    known = (
        form for name, form in FORM_BY_HOST.items() if host == name or host.endswith(f".{name}")
    )
    return next(known, "json")


def _json_form(notice: Notice) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    parts = {name: text[:MOST_LETTERS] for name, text in asdict(notice).items()}
    return {**parts, "title": notice.title, "text": _text_of(notice), "at": now}


def _slack_form(notice: Notice) -> dict[str, Any]:
    # Escaped, so that no text mentions a channel or hides a link.
    text = _text_of(notice)
    for letter, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(letter, escaped)
    return {"text": text}


def _teams_form(notice: Notice) -> dict[str, Any]:
    title = {"type": "TextBlock", "text": notice.title, "weight": "bolder", "wrap": True}
    lines = ({"type": "TextBlock", "text": line, "wrap": True} for line in notice.body.split("\n"))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title, *lines],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _discord_form(notice: Notice) -> dict[str, Any]:
    return {"content": _text_of(notice), "allowed_mentions": {"parse": []}}


WEBHOOK_FORMS: dict[str, Callable[[Notice], dict[str, Any]]] = {
    "json": _json_form,
    "slack": _slack_form,
    "teams": _teams_form,
    "discord": _discord_form,
}


def _text_of(notice: Notice) -> str:
    return f"{notice.title}\n{notice.body}"


def _post(url: str, payload: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    content = json.dumps(payload).encode()
    _open(urllib.request.Request(url, content, headers))  # noqa: S310 - http or https


def _open(request: urllib.request.Request) -> None:
    request.add_header("User-Agent", "sparkify")  # Discord refuses that of urllib
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - http or https
        pass


def _deliver_by_apprise(url: str, notice: Notice) -> None:
    try:
        import apprise
    except ImportError as error:
        raise DeliveryFailed(
            f"a URL that is not http or https needs: {extra_command('notify')}"
        ) from error
    logging.getLogger("apprise").disabled = True  # it would print the URL
    service = apprise.Apprise()
    if not service.add(url):
        raise DeliveryFailed("apprise does not know this kind of URL")
    if not service.notify(body=notice.body, title=notice.title):
        raise DeliveryFailed("the service did not take it")


def in_bounded_time(deliver: Callable[[], None]) -> None:
    """Run a delivery in a thread, and leave it behind after SECONDS. Raises DeliveryFailed.

    A time limit of a socket begins again with each byte, and the name service has none.
    """
    errors: list[Exception] = []

    def attempt() -> None:
        try:
            deliver()
        except Exception as error:  # noqa: BLE001 - of any library; it is reported by its kind
            errors.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        raise DeliveryFailed(f"no answer within {SECONDS:g} s")
    if errors:
        # Without its cause, whose text and traceback may have the URL.
        raise DeliveryFailed(_reason(errors[0])) from None


def _reason(error: Exception) -> str:
    """Return why a delivery failed. Only texts of ours, since others may have the URL."""
    if isinstance(error, DeliveryFailed):
        return str(error)
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"the server answered {error.code}"
    reason = getattr(error, "reason", error)
    return f"the server cannot be reached ({type(reason).__name__})"
