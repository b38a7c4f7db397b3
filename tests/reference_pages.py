"""The reference pages of settings and options, made from the code: `make golden` writes them."""

import re
from collections.abc import Iterator
from inspect import cleandoc

import click

from sparkify.cli import COMMANDS_BY_TOPIC, app
from sparkify.serve.metrics import metric_model
from tests.command_line import ROOT

SETTINGS_PAGE, OPTIONS_PAGE = ROOT / "docs/settings.md", ROOT / "docs/options.md"
SETTINGS_TITLE = """# Settings

Settings stand in `dwh.cfg`, or in the file that `--config` names. `dwh.cfg.example` has all of
them, with these words. What is given on the command line (`--set SECTION.KEY=VALUE`) goes before
the environment (`SPARKIFY_<SECTION>_<KEY>`), that before the file, and the file before the
default. Relative paths are relative to the settings file; those of the command line to the working
directory.
"""
OPTIONS_TITLE = """# Options

What `sparkify COMMAND --help` says, for all commands. [Commands](commands.md) has the options that
all of them share.
"""
COMMON_OPTIONS = {"config", "overrides", "debug", "verbose", "quiet"}
METRICS_PAGE = ROOT / "docs/metrics.md"
METRICS_BEGIN = "## Metrics\n"
SECTION, KEY = re.compile(r"#?\[(\w+)\]"), re.compile(r"#?([A-Z_]+)=(.*)")


def settings_page() -> str:
    """Return the page of settings: the comments of dwh.cfg.example, key by key."""
    lines = [SETTINGS_TITLE.rstrip()]
    comment: list[str] = []
    section = ""
    for line in (ROOT / "dwh.cfg.example").read_text(encoding="utf-8").splitlines():
        if found := SECTION.fullmatch(line):
            section, comment = found[1], []
            lines.append(f"\n## [{section}]\n\n| key | example | meaning |\n| --- | --- | --- |")
        elif (found := KEY.fullmatch(line)) and section:
            value = found[2].strip("'")
            shown = f"`{value}`" if value else ""
            lines.append(f"| `{found[1]}` | {shown} | {_cell(' '.join(comment))} |")
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:])
        elif not line:
            comment = []
    return "\n".join(lines).rstrip() + "\n"


def options_page() -> str:
    """Return the page of options: what `--help` says of each command, by topic."""
    context = click.Context(app, info_name="sparkify")
    parts = [OPTIONS_TITLE]
    for topic, names in COMMANDS_BY_TOPIC.items():
        parts.append(f"## {topic}\n")
        for name in names:
            command = app.get_command(context, name)
            assert command is not None
            parts.extend(_described(command, click.Context(command, context, name)))
    return "\n".join(parts).rstrip() + "\n"


def metrics_page() -> str:
    """Return the page of metrics: what is written by hand, then all definitions."""
    model = metric_model()
    by_hand = METRICS_PAGE.read_text(encoding="utf-8").partition(METRICS_BEGIN)[0]
    parts = [f"{by_hand}{METRICS_BEGIN}", "| metric | meaning | not by |\n| --- | --- | --- |"]
    for metric in model.metrics.values():
        refused = (f"{', '.join(each.dimensions)}: {each.because}" for each in metric.not_by)
        parts.append(f"| `{metric.name}` | {metric.description} | {'; '.join(refused)} |")
    parts += ["\n## Dimensions\n", "| dimension | meaning | in a filter |\n| --- | --- | --- |"]
    for each in model.dimensions.values():
        parts.append(f"| `{each.name}` | {each.description} | {each.written} |")
    parts += ["\n## In SQL\n", "| metric | rows | expression |\n| --- | --- | --- |"]
    for metric in model.metrics.values():
        text = " / ".join(metric.ratio) or metric.expression
        text += f" / {metric.per}s of the cell" if metric.per else ""
        parts.append(f"| `{metric.name}` | `{model.dataset_of(metric)}` | `{_cell(text)}` |")
    parts += [""] + [f"- `{each.name}`: {each.description}" for each in model.datasets.values()]
    return "\n".join(parts).rstrip() + "\n"


def _described(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _described(inner, click.Context(inner, context, name))
        return
    usage = " ".join(command.collect_usage_pieces(context))
    text = cleandoc(command.help or "").replace("\b\n", "")
    yield f"### {context.command_path}\n\n`{context.command_path} {usage}`\n\n{text}\n"
    options = [
        record
        for each in command.params
        if each.name not in COMMON_OPTIONS and (record := each.get_help_record(context))
    ]
    if options:
        yield "| option | meaning |\n| --- | --- |"
        yield from (f"| `{_cell(name)}` | {_cell(meaning)} |" for name, meaning in options)
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
