"""Complete the site: pages from outside docs/, and the list of decisions. MkDocs calls these."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
OUTSIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "redshift-standin/README.md")
# To be downloaded from a page.
EXAMPLES = ("Dockerfile", *(f"examples/{each.name}" for each in (ROOT / "examples").iterdir()))


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the decisions, which come and go, under their heading."""
    explanation = next(entry["Explanation"] for entry in config.nav if "Explanation" in entry)
    decisions = next(entry for entry in explanation if "Decisions" in entry)
    folder = Path(config.docs_dir)
    decisions["Decisions"] = sorted(
        str(each.relative_to(folder)) for each in folder.glob("adr/*.md")
    )
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each page and example under its path in the repository."""
    for path in (*OUTSIDE, *EXAMPLES):
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: object, **_: object) -> str:
    """Let links between docs/ and the repository lead to the pages of the site."""
    if str(getattr(page, "file", "").src_uri) in OUTSIDE:
        return markdown.replace("](docs/", "](").replace("](../docs/", "](../")
    for path in (*OUTSIDE, *EXAMPLES):
        markdown = markdown.replace(f"](../{path}", f"]({path}")
    return markdown
