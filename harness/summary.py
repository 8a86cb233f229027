"""What the footer of a file of observations tells of it: written, and found without reading it."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

_SUMMARY = b"maskmatrix says "
"""In the footer of a file of observations, before a digest of what it says, when and which run."""
_OF_THE_RUN = ["run_id", "recorded_at", "observed", "hypotheses", "reason", "duration_s"]
"""In these, runs that say the same may differ: they tell when it was said, and how."""
_EPOCH = datetime.fromtimestamp(0, UTC)


def summarize(table: pa.Table) -> pa.Table:
    """Return the rows of a run with a summary for the footer of their file.

    Two runs that say the same have the same digest in it; what follows tells the newer one.
    """
    said = hashlib.sha256()
    for batch in table.drop_columns(_OF_THE_RUN).combine_chunks().to_batches():
        said.update(batch.serialize())
    times, runs = (set(table[name].to_pylist()) for name in ("recorded_at", "run_id"))
    if len(times) != 1 or len(runs) != 1:
        return table
    moment = (times.pop() - _EPOCH) // timedelta(milliseconds=1)
    summary = f"{said.hexdigest()} {moment} {runs.pop()};"
    return table.replace_schema_metadata({"summary": _SUMMARY + summary.encode()})


def read_summary(file: str) -> bytes:
    """Return what the footer of a file tells of it, nothing where it does not.

    Its bytes stand there as they are, and are found without reading all the rest of the footer,
    which takes several times as long as reading the file.
    """
    try:
        content = Path(file).read_bytes()
    except OSError:
        return b""
    start = content.rfind(_SUMMARY) + len(_SUMMARY)
    end = content.find(b";", start)
    return content[start:end] if len(_SUMMARY) <= start < end else b""
