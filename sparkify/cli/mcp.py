"""The `mcp` command."""

from typing import TYPE_CHECKING

import click

from sparkify.cli.command import configured_to_read

if TYPE_CHECKING:
    from sparkify.config import Settings


@click.command("mcp")
@click.option("--pii", is_flag=True, help="Do not mask names and places.")
@configured_to_read
def mcp_command(settings: "Settings", pii: bool) -> None:
    """Serve metrics and queries to an AI assistant.

    It speaks the Model Context Protocol on stdin and stdout, and is started by the assistant's
    program. It only reads: the star, its views and what they mean. Names and places are masked.
    """
    from sparkify.serve.mcp_server import serve_mcp

    serve_mcp(settings, with_personal_data=pii)
