"""The command `redshift-standin`."""

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

from .s3_account import S3Access
from .standin import Login, Standin

_PORT = 5439


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="redshift-standin", description="A stand-in for Amazon Redshift, for tests."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve an empty database until interrupted")
    serve.add_argument("--port", type=int, default=_PORT, help=f"port of loopback ({_PORT})")
    serve.add_argument(
        "--role",
        action="append",
        metavar="ARN",
        help="an IAM role that may read and write everything; may be repeated",
    )
    serve.add_argument(
        "--s3-endpoint",
        metavar="URL",
        help="an S3 server, whose keys are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY;"
        " without it one is started (extra `s3`)",
    )
    return _serve(parser.parse_args(arguments))


def _serve(options: argparse.Namespace) -> int:
    roles = {role: ["s3://"] for role in options.role or ["arn:aws:iam::123456789012:role/loads"]}
    signal.signal(signal.SIGTERM, _interrupted)
    with contextlib.ExitStack() as stack:
        s3 = stack.enter_context(_s3(options.s3_endpoint))
        standin = Standin.start(s3, roles, writers=roles, port=options.port)
        stack.callback(standin.close)
        sys.stdout.write(json.dumps(_told(standin.login(), standin, s3, roles), indent=2) + "\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _told(
    login: Login, standin: Standin, s3: S3Access, roles: dict[str, list[str]]
) -> dict[str, object]:
    return {
        **login._asdict(),
        "ca_file": str(standin.ca_file),
        "roles": list(roles),
        "s3_endpoint": s3.endpoint,
        "s3_access_key_id": s3.access_key_id,
        "s3_secret_access_key": s3.secret_access_key,
    }


@contextlib.contextmanager
def _s3(endpoint: str | None) -> Iterator[S3Access]:
    """Give the S3 server that is named, or one that is started."""
    if endpoint is not None:
        keys = (
            os.environ.get("AWS_ACCESS_KEY_ID", ""),
            os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        )
        yield S3Access(endpoint, *keys)
        return
    from .s3_server import S3Server

    server = S3Server()
    try:
        yield S3Access(server.endpoint, *server.admin)
    finally:
        server.close()


if __name__ == "__main__":
    raise SystemExit(main())
