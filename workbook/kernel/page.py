"""Executed notebooks as plain HTML pages that load nothing from elsewhere.

No script at all: code is coloured, formulas are MathML and figures are embedded when a page is written.
"""

import html
import re

from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter

from places import Failed
from workspace import write_if_changed

STYLE = """
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 system-ui, sans-serif; color: #222; background: #fff }
pre, code { font: 0.92rem/1.4 ui-monospace, monospace }
.highlight pre { padding: 0.6rem; background: #f5f5f2; border-left: 3px solid #bbb; overflow-x: auto }
.output pre { padding: 0 0.8rem; overflow-x: auto; white-space: pre-wrap }
.output img, .output svg { max-width: 100%; height: auto }
.prompt, .anchor-link { display: none }
.output_stderr { background: #fdecea }
table { display: block; overflow-x: auto; border-collapse: collapse } th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid #ddd; text-align: left }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid #ccc; color: #555 }
"""
SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body>
{body}
</body></html>
"""
# Code first, so that a dollar sign in it stays one.
CODE_OR_FORMULA = re.compile(r"(```.*?```|`[^`\n]+`)|\$\$(.+?)\$\$|(?<![\\\w$])\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)", re.S)
LOADS = re.compile(r"""<(?:script|iframe|object|embed)\b|<(?:img|link|source|video|audio|image|use)\b[^>]*\b(?:src|href)\s*=\s*["']?(?:https?:)?//|(?:@import|url\()\s*["']?(?:https?:)?//""", re.I)


def write_all(notebooks, folder):
    """Writes a page for every (path, executed notebook) and an index of all."""
    entries = []
    for path, notebook in notebooks:
        title = first_heading(notebook) or path.stem
        write(folder / f"{path.stem}.html", title, page_body(path, notebook))
        entries.append(f'<li><a href="{html.escape(path.stem)}.html">{html.escape(title)}</a></li>')
    write(folder / "index.html", "lawbook", "<h1>lawbook</h1>\n<ol start=\"0\">\n" + "\n".join(entries) + "\n</ol>")
    print(f"{len(entries)} pages: {folder}/index.html")


def write(path, title, body):
    """One page; refuses a body that would load something."""
    found = LOADS.search(body)
    if found:
        raise Failed(f"{path} would load something from elsewhere or run a script: {found.group()[:120]!r}")
    style = STYLE + HtmlFormatter(style="xcode").get_style_defs(".highlight")
    write_if_changed(path, SHELL.format(title=html.escape(title), style=style, body=body))


def page_body(path, notebook):
    """The cells as HTML, formulas as MathML, links to notebooks as links to their pages."""
    notebook = notebook.copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    formulas = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = CODE_OR_FORMULA.sub(lambda found: take_formula(found, formulas), cell.source)
    exporter = HTMLExporter(template_name="basic", embed_images=True)
    body, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"path": str(path.resolve().parent)}})
    body = re.sub(r'(<a\b[^>]*href="(?!\w+:)[^"#]*)\.ipynb', r"\1.html", body)
    # A heading's anchor repeats its text: no formula there.
    body = re.sub(r'\b(?:id|href)="[^"]*"', lambda found: re.sub(r"formula-\d+-here", "formula", found.group()), body)
    return re.sub(r"formula-\d+-here", lambda found: formulas[found.group()], body)


def take_formula(found, formulas):
    """Puts a word in a formula's place, so that Markdown leaves it alone; code stays as it is."""
    code, block, inline = found.groups()
    if code:
        return code
    word = f"formula-{len(formulas)}-here"
    formulas[word] = convert((block or inline).strip(), display="block" if block else "inline")
    return word


def first_heading(notebook):
    """The notebook's title."""
    for cell in notebook.cells:
        heading = re.search(r"(?m)^# +(.+)$", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            return heading.group(1).strip()
    return None
