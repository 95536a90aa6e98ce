"""A page as an answer: it may use its own style, and nothing else."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import Final

from fastapi.responses import HTMLResponse

from web.headers import NOTHING

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def page_answer(page: str) -> HTMLResponse:
    return HTMLResponse(page, headers={"Content-Security-Policy": f"{NOTHING}; style-src {_styles_of(page)}"})


def _styles_of(page: str) -> str:
    """The page's own style, by its digest, and no other."""
    digests = (sha256(style.encode()).digest() for style in _STYLE.findall(page)[:1])
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"
