"""A package index of our own, on loopback: what it has, when it came, and what it is asked."""

import base64
import hashlib
import io
import json
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
TAG = f"cp{HERE.replace('.', '')}"
LINUX = f"{TAG}-{TAG}-manylinux_2_17_x86_64.manylinux2014_x86_64"
ANY = "py3-none-any"
JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True, kw_only=True)
class File:
    """A wheel on the index; ``modules`` are its files by path."""

    project: str
    version: str
    tag: str = ANY
    uploaded: str = "2026-01-01T00:00:00Z"
    modules: Mapping[str, str] = field(default_factory=dict)
    requires: Sequence[str] = ()
    requires_python: str = ""
    yanked: bool | str = False

    @property
    def name(self) -> str:
        return f"{self.project.replace('-', '_')}-{self.version}-{self.tag}.whl"

    def build(self) -> bytes:
        """Return the wheel; the same bytes each time."""
        stem = f"{self.project.replace('-', '_')}-{self.version}.dist-info"
        head = ["Metadata-Version: 2.1", f"Name: {self.project}", f"Version: {self.version}"]
        head += [f"Requires-Dist: {word}" for word in self.requires]
        head += [f"Requires-Python: {self.requires_python}"] if self.requires_python else []
        interpreter, abi, platforms = self.tag.split("-")
        tags = [f"Tag: {interpreter}-{abi}-{platform}" for platform in platforms.split(".")]
        pure = str(platforms == "any").lower()
        texts = {
            **self.modules,
            f"{stem}/METADATA": "\n".join([*head, ""]),
            f"{stem}/WHEEL": "\n".join(
                ["Wheel-Version: 1.0", f"Root-Is-Purelib: {pure}", *tags, ""]
            ),
        }
        record = []
        for path, text in texts.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
            record.append(f"{path},sha256={digest.decode()},{len(text)}")
        texts[f"{stem}/RECORD"] = "\n".join([*record, f"{stem}/RECORD,,", ""])
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as wheel:
            for path, text in texts.items():
                wheel.writestr(zipfile.ZipInfo(path), text)
        return buffer.getvalue()

    def row(self) -> dict[str, object]:
        """Return what the index says of it."""
        built = self.build()
        row = {
            "filename": self.name,
            "url": f"/files/{self.name}",
            "hashes": {"sha256": hashlib.sha256(built).hexdigest()},
            "upload-time": self.uploaded,
            "size": len(built),
            "yanked": self.yanked,
        }
        return row | ({"requires-python": self.requires_python} if self.requires_python else {})


def make_page(files: Sequence[File], project: str) -> dict[str, object]:
    """Return a project's page, as the simple API in JSON has it."""
    rows = [file.row() for file in files if file.project == project]
    return {"meta": {"api-version": "1.1"}, "name": project, "files": rows}


@dataclass(kw_only=True)
class Served:
    """An index that is listening: its address, and what it was asked, with whose word."""

    address: str
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@contextmanager
def serve(
    files: Sequence[File], other: Mapping[str, tuple[str, bytes]] | None = None
) -> Iterator[Served]:
    """Serve an index on loopback; ``other`` are pages by path, each with its type."""
    pages = {f"/files/{file.name}": ("application/octet-stream", file.build()) for file in files}
    for project in {file.project for file in files}:
        text = json.dumps(make_page(files, project)).encode()
        pages[f"/simple/{project}/"] = JSON, text
    pages |= other or {}

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, self.headers.get("Authorization")))
            kind, page = pages.get(self.path, ("text/plain", b"not here"))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(page)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        served = Served(address=f"127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()
