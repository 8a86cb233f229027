"""The package index: which one it is, and what it has of a project.

Which index that is, uv says: what is listed here is resolved by uv, and must be looked for in the
same place.
"""

import base64
import json
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from packaging.utils import canonicalize_name

from harness.errors import EnvironmentBuildError
from harness.releases.index_page import Published, read_links, read_page
from harness.releases.lock import find_uv, uv_words

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = ("application/vnd.pypi.simple.v1+html", "text/html")
_ACCEPT = f"{_JSON}, {_HTML[0]};q=0.2, {_HTML[1]};q=0.1"
_TIMEOUT_S = 60
_OPTION = re.compile(r"^--(extra-)?index-url (\S+)$", re.MULTILINE)
_NOT_FOUND = 404

Look = Callable[[str], tuple[Published, ...]]
"""From the name of a project to its versions, in their order; none where it is not known."""


def open_index() -> Look:
    """Return what looks projects up, each once; no index is asked before it is needed."""
    addresses = cache(index_addresses)
    return cache(lambda project: look_up(project, addresses()))


def index_addresses() -> tuple[str, ...]:
    """Return the indexes that uv would ask, in its order; they may hold a password.

    uv is asked to write them down, since it alone knows its environment, its configuration, and
    what it asks where neither says anything.
    """
    command = [find_uv(), "pip", "compile", "-", "--emit-index-url", "--no-header", "--quiet"]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentBuildError("uv does not name its index", why=uv_words(done.stderr))
    found = [(not extra, address) for extra, address in _OPTION.findall(done.stdout)]
    return tuple(address for _, address in sorted(found, key=lambda pair: pair[0]))


def look_up(project: str, addresses: Iterable[str]) -> tuple[Published, ...]:
    """Return the versions on the first index that knows the project, in their order.

    EnvironmentBuildError where an index cannot be read, or does not say what is needed.
    """
    for address in addresses:
        try:
            page = _fetch(address, canonicalize_name(project))
            if page is not None:
                return read_page(page)
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            why = f"it answers {error.code}" if isinstance(error, HTTPError) else str(error)
            raise EnvironmentBuildError(
                "the package index cannot be read",
                why=uv_words(why),
                do="Check the network, and which index uv is set to use (UV_DEFAULT_INDEX).",
            ) from None
    return ()


def _fetch(address: str, project: str) -> Any:
    """Return a project's page, or None if the index does not know it."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        msg = f"it is spoken to by {parts.scheme or 'no scheme'}, not by HTTP"
        raise ValueError(msg)
    path = f"{parts.path.rstrip('/')}/{project}/"
    host = parts.netloc.rpartition("@")[2]
    target = urlunsplit((parts.scheme, host, path, parts.query, ""))
    request = Request(target, headers={"Accept": _ACCEPT})  # noqa: S310 - the scheme was looked at
    if parts.username:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        # Not to be sent on to where the index may redirect us.
        request.add_unredirected_header(
            "Authorization", f"Basic {base64.b64encode(secret).decode()}"
        )
    try:
        with urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
            kind, content = answer.headers.get_content_type(), answer.read()
    except HTTPError as error:
        if error.code == _NOT_FOUND:
            return None
        raise
    return read_links(content.decode()) if kind in _HTML else json.loads(content)
