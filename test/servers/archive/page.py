"""What a page looks like: text in, HTML out."""
from html import escape


def headline(count: int) -> str:
    return "1 comment" if count == 1 else f"{count} comments"


def render(title: str, body: str, comments: list) -> str:
    items = "".join(f"<li><b>{escape(author)}</b> {escape(text)}</li>" for author, text in comments)
    return f"<!doctype html><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(body)}</p><h2>{headline(len(comments))}</h2><ul>{items}</ul>\n"
