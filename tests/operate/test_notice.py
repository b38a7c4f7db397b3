"""`[NOTIFY]`: what a webhook, a mail server and a heartbeat's service get of a load."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sparkify.config import Secret, Settings
from sparkify.operate import notice
from sparkify.operate.notice import Notice, deliver_notice
from tests.command_line import Outcome, call, run
from tests.small_source import UNUSUAL_VALUES_FAIL, lines, play, write_source

TOKEN = "T0KEN-in-the-path"
LOG = "data/log_data/2018/b.json"


class Request(NamedTuple):
    method: str
    path: str
    kind: str | None
    content: bytes


class Webhook:
    """A real server on loopback that keeps what it gets, and answers with a status of choice."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.status = 200
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                kind = self.headers["Content-Type"]
                webhook.requests.append(Request(self.command, self.path, kind, content))
                self.send_response(webhook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - as its parent names it

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def url(self, path: str = f"/{TOKEN}") -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def taken(self) -> list[Any]:
        """Return the JSON of the requests since the last call."""
        found = [json.loads(each.content) for each in self.requests]
        self.requests.clear()
        return found


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    served = Webhook()
    thread = threading.Thread(target=served.server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    served.server.shutdown()
    thread.join()
    served.server.server_close()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Give a folder with source files and an empty warehouse."""
    write_source(tmp_path)
    assert call("create-tables", cwd=tmp_path).code == 0
    return tmp_path


Etl = Callable[..., Outcome]


@pytest.fixture
def etl(empty: Path, webhook: Webhook) -> Etl:
    """Load with a webhook; the token of its URL is never in the output."""

    def load(*arguments: str, **more: str) -> Outcome:
        env = {"SPARKIFY_NOTIFY_URL": webhook.url(), **UNUSUAL_VALUES_FAIL, **more}
        outcome = call("etl", *arguments, cwd=empty, env=env)
        assert TOKEN not in outcome.out + outcome.err
        return outcome

    return load


def bad_log(folder: Path) -> Path:
    """Write a log file whose batch a check blocks."""
    log = folder / LOG
    log.write_bytes(lines(play(8, 8, level="gold")))
    return log


def test_a_good_load_sends_nothing(etl: Etl, webhook: Webhook) -> None:
    assert etl().code == 0
    assert etl().code == 0

    assert webhook.requests == []


def test_a_failed_load_sends_what_happened_where_and_what_to_do(
    empty: Path, etl: Etl, webhook: Webhook
) -> None:
    failed = etl("--set", "S3.LOG_DATA=nowhere")

    [sent] = webhook.requests
    assert failed.code == 1
    assert (sent.method, sent.path, sent.kind) == ("POST", f"/{TOKEN}", "application/json")
    found = json.loads(sent.content)
    assert found["event"] == "failure"
    assert failed.err == f"Error: {found['what']}\nTry: {found['hint']}\n"
    assert found["where"] == (
        f"duckdb sparkify on {socket.gethostname()}, settings {empty / 'dwh.cfg'}"
    )
    for part in (found["title"], found["what"], found["where"], found["hint"]):
        assert part in found["text"]


def test_a_failed_check_is_named_and_the_rows_of_people_are_not(
    empty: Path, etl: Etl, webhook: Webhook
) -> None:
    bad_log(empty)

    failed = etl()

    [found] = webhook.taken()
    assert (failed.code, found["event"]) == (3, "failure")
    assert "the check values_are_in_their_domain failed (1 finding)" in found["what"]
    assert "gold" in failed.err
    assert "gold" not in json.dumps(found)


def test_each_failure_is_sent_and_the_first_success_after_them_once(
    empty: Path, etl: Etl, webhook: Webhook
) -> None:
    log = bad_log(empty)
    assert [etl().code, etl().code] == [3, 3]
    events = [each["event"] for each in webhook.taken()]
    marker = empty / ".dwh.cfg.failed"
    since, mode = marker.read_text().strip(), marker.stat().st_mode & 0o777
    log.unlink()

    assert [etl().code, etl().code] == [0, 0]

    [found] = webhook.taken()
    assert events == ["failure", "failure"]
    assert found["event"] == "recovery"
    assert since in found["what"]
    assert mode == 0o600
    assert not marker.exists()


def test_a_load_that_failed_before_it_began_is_recovered_from_too(
    etl: Etl, webhook: Webhook
) -> None:
    etl("--set", "S3.LOG_DATA=nowhere")
    etl()

    assert [each["event"] for each in webhook.taken()] == ["failure", "recovery"]


@pytest.mark.parametrize("command", [("quarantine", "retry"), ("reload", "last", "--yes")])
def test_a_load_of_known_files_sends_failures_and_leaves_the_recovery_to_etl(
    empty: Path, etl: Etl, webhook: Webhook, command: tuple[str, ...]
) -> None:
    env = {"SPARKIFY_NOTIFY_URL": webhook.url()}
    assert etl().code == 0

    assert call(*command, "--set", "S3.LOG_DATA=nowhere", cwd=empty, env=env).code == 1
    [failure] = webhook.taken()
    assert failure["event"] == "failure"
    assert "nowhere" in failure["what"]
    assert call(*command, cwd=empty, env=env).code == 0
    assert webhook.taken() == []
    assert etl().code == 0
    assert [each["event"] for each in webhook.taken()] == ["recovery"]


def test_rejected_records_and_warnings_are_sent_without_their_values(
    empty: Path, etl: Etl, webhook: Webhook
) -> None:
    (empty / LOG).write_bytes(b'{"ts": "hunter"}\n' + lines(*(play(9, item) for item in range(9))))
    assert etl().code == 0
    [first] = webhook.taken()
    (empty / LOG).write_bytes(lines(play(9, 9)))
    assert etl().code == 0
    [second] = webhook.taken()

    assert (first["event"], second["event"]) == ("warning", "warning")
    assert first["what"].startswith("1 of 17 records were rejected")
    assert "hunter" not in json.dumps(first)
    assert "the check no_file_shrank warned (1 finding)" in second["what"]
    assert re.fullmatch(r"sparkify runs \S+", second["hint"])
    assert call(*second["hint"].split()[1:], cwd=empty).code == 0


def test_a_file_that_is_rejected_whole_is_sent_once(
    empty: Path, etl: Etl, webhook: Webhook
) -> None:
    (empty / LOG).write_bytes(b"<html>")

    assert (etl().code, etl().code) == (3, 0)

    [found] = webhook.taken()
    assert (found["event"], found["what"]) == ("warning", "1 file was rejected whole")


@pytest.mark.parametrize("form", ["slack", "teams", "discord"])
def test_the_form_is_what_the_service_takes(etl: Etl, webhook: Webhook, form: str) -> None:
    etl("--set", "S3.LOG_DATA=<!channel>&nowhere", "--set", f"NOTIFY.FORM={form}")

    [found] = webhook.taken()
    if form == "slack":
        assert found.keys() == {"text"}
        assert "&lt;!channel&gt;&amp;nowhere" in found["text"]
        text = found["text"]
    elif form == "discord":
        assert found["allowed_mentions"] == {"parse": []}
        text = found["content"]
        assert len(text) <= 2000
    else:
        [attachment] = found["attachments"]
        assert found["type"] == "message"
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attachment["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
        assert {block["type"] for block in card["body"]} == {"TextBlock"}
        text = "\n".join(block["text"] for block in card["body"])
    assert text.startswith("Sparkify: the load failed\n")
    assert "\nTry: " in text


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://hooks.slack.com/services/T/B/x", "slack"),
        ("https://discord.com/api/webhooks/1/x", "discord"),
        ("https://acme.webhook.office.com/webhookb2/x", "teams"),
        ("https://prod-23.westeurope.logic.azure.com:443/workflows/x?sig=y", "teams"),
        ("https://default1.environment.api.powerplatform.com:443/x", "teams"),
        ("https://hooks.slack.com.example/x", "json"),
        ("https://nothooks.slack.com/x", "json"),
    ],
)
def test_the_form_goes_by_the_host(url: str, form: str) -> None:
    assert notice._form_of(Settings(notify_url=Secret(url))) == form


@pytest.mark.parametrize("event", ["failure", "warning", "recovery"])
@pytest.mark.parametrize("form", notice.WEBHOOK_FORMS)
def test_no_notice_is_longer_than_services_take(
    webhook: Webhook, event: notice.NoticeEvent, form: str
) -> None:
    settings = Settings(notify_url=Secret(webhook.url()), notify_form=form)

    deliver_notice(settings, Notice(event, "x" * 100_000, "y" * 100_000, "z" * 100_000))

    [found] = webhook.taken()
    assert len(found.get("content", "")) <= 2000
    assert len(json.dumps(found)) < 10_000


# --- a delivery never fails the run


def test_a_server_that_refuses_is_a_warning(etl: Etl, webhook: Webhook) -> None:
    webhook.status = 404

    failed = etl("--set", "S3.LOG_DATA=nowhere")

    assert failed.code == 1
    assert "Warning: [NOTIFY] URL was not reached: the server answered 404\n" in failed.err


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"http://127.0.0.1:9/{TOKEN}", "ConnectionRefusedError"),
        (f"https://nowhere.invalid/{TOKEN}", "gaierror"),
        (f"http://127.0.0.1:99999/{TOKEN}", "cannot be reached"),
        (f"nosuch://{TOKEN}", "apprise does not know this kind of URL"),
        (f"mailto://me:{TOKEN}@localhost:9?to=me@example.com", "the service did not take it"),
    ],
)
def test_a_server_that_is_not_there_is_a_warning_without_the_url(
    empty: Path, url: str, reason: str
) -> None:
    arguments = ("sparkify", "etl", "--debug", "--set", "S3.LOG_DATA=nowhere")

    failed = run(*arguments, cwd=empty, env={"SPARKIFY_NOTIFY_URL": url})

    assert failed.code == 1
    assert TOKEN not in failed.out + failed.err
    [warning] = [line for line in failed.err.splitlines() if "[NOTIFY]" in line]
    assert reason in warning


@contextmanager
def dripping_server() -> Iterator[int]:
    """Serve an answer of a byte every 0.1 s without end: each within any limit of a socket."""
    ended = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not ended.wait(0.1):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(15)
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        ended.set()
        thread.join()


def test_a_server_that_never_ends_its_answer_is_left(
    etl: Etl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "SECONDS", 0.5)
    with dripping_server() as port:
        began = time.monotonic()
        loaded = etl(SPARKIFY_NOTIFY_HEARTBEAT_URL=f"http://127.0.0.1:{port}/{TOKEN}")
        lasted = time.monotonic() - began

    assert loaded.code == 0
    assert "Warning: [NOTIFY] HEARTBEAT_URL was not reached: no answer within 0.5 s" in loaded.err
    assert lasted < 10


def test_another_scheme_is_sent_by_apprise(empty: Path, webhook: Webhook) -> None:
    url = f"json://127.0.0.1:{webhook.server.server_port}/{TOKEN}"

    failed = run(
        *("sparkify", "etl", "--set", "S3.LOG_DATA=nowhere"),
        cwd=empty,
        env={"SPARKIFY_NOTIFY_URL": url},
    )

    [found] = webhook.taken()
    assert "[NOTIFY]" not in failed.err
    assert found["title"] == "Sparkify: the load failed"
    assert "nowhere cannot be read" in found["message"]
    assert "\nTry: " in found["message"]


# --- the heartbeat


def test_the_heartbeat_is_called_after_good_loads_only(
    empty: Path, etl: Etl, webhook: Webhook
) -> None:
    beat = {"SPARKIFY_NOTIFY_HEARTBEAT_URL": webhook.url("/beat")}

    def beats(*arguments: str) -> int:
        webhook.requests.clear()
        etl(*arguments, **beat)
        return sum((each.method, each.path) == ("GET", "/beat") for each in webhook.requests)

    good = [beats(), beats()]
    bad = [beats("--set", "S3.LOG_DATA=nowhere")]
    (empty / LOG).write_bytes(b"<html>")
    bad.append(beats())
    (empty / LOG).write_bytes(b'{"ts": "?"}\n' + lines(play(9, 9)))
    bad.append(beats("--fail-on", "warn"))

    assert good == [1, 1]
    assert bad == [0, 0, 0]


# --- the URL is a secret


def test_a_url_on_the_command_line_is_refused(empty: Path) -> None:
    for key in ("URL", "HEARTBEAT_URL"):
        refused = call("etl", "--set", f"notify.{key}=https://example.com/{TOKEN}", cwd=empty)

        assert refused.code == 2
        assert TOKEN not in refused.err
        assert f"SPARKIFY_NOTIFY_{key}" in refused.err


@pytest.mark.parametrize("url", [f"example.com/{TOKEN}", f"http://a b/{TOKEN}", f"ftp://{TOKEN}"])
def test_a_url_that_is_none_is_an_error_without_it(empty: Path, url: str) -> None:
    wrong = call("etl", cwd=empty, env={"SPARKIFY_NOTIFY_HEARTBEAT_URL": url})

    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("Error: [NOTIFY] HEARTBEAT_URL is not a URL\nTry: ")
    assert TOKEN not in wrong.err


def test_the_url_is_not_in_the_settings_text() -> None:
    settings = Settings(notify_url=Secret(TOKEN), heartbeat_url=Secret(TOKEN))

    assert TOKEN not in f"{settings} {settings!r}"
