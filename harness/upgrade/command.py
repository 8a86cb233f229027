"""The verb ``check``: what an upgrade changes, from what is stored. The edge of the wing.

Its stages: read what is stored, choose both ends, measure what is missing if that is asked for,
read what the project decided and does, compare, tell.
"""

import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import ExitCode, InconclusiveError, UsageError
from harness.questions import SCENARIOS, Scenario, gather_scenarios, select_scenarios
from harness.releases.provision import find_lock
from harness.upgrade.again import Place, say_check
from harness.upgrade.asks import Asked, list_asked
from harness.upgrade.check import Scope, compare
from harness.upgrade.formats import FORMATS
from harness.upgrade.gravity import Gravity
from harness.upgrade.matching import match_end, name_pinned
from harness.upgrade.pins.files import read_pins
from harness.upgrade.pins.pin import KERAS, LEGACY_KERAS, TENSORFLOW, Pin
from harness.upgrade.policy import NONE, Policy, find_table, narrow_policy, read_policy
from harness.upgrade.reading import Rebuild, read_record
from harness.upgrade.record import Record, narrow_record
from harness.upgrade.render_text import render_text
from harness.upgrade.sightings import Scan
from harness.upgrade.unmeasured import UnmeasuredError
from harness.upgrade.verdict import decide
from harness.upgrade.versions import LATEST, End, check_order, name_end
from harness.upgrade.words import Telling

POLICIES = ("maskmatrix.toml", "pyproject.toml")
"""Where a project's decisions are looked for, in the folder that the verb is called from."""
_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line."""

    results: Path
    store: Path
    builds: Path
    before: str | None = None
    after: str = LATEST
    requirements: Path | None = None
    legacy_keras: bool = False
    padding: float = 0.3
    source: Path | None = None
    policy: Path | None = None
    format: str = "text"
    fail_on: Gravity = Gravity.BREAKS
    page: str = ""
    scenarios: Path | None = None
    scenario: tuple[str, ...] = ()
    measure: bool = False
    again: bool = False
    place: Place = field(default_factory=Place)


def run_check(request: Request, rebuild: Rebuild, scan_source: Callable[[Path], Scan]) -> ExitCode:
    """Tell what an upgrade changes; return what a gate should make of it."""
    written = FORMATS[request.format]
    if written.needs_source and not request.source:
        raise UsageError(
            f"--format {request.format} needs --source",
            why="its findings are places in code",
            do="Add --source DIR, or choose another format.",
        )
    if request.again and not request.measure:
        raise UsageError("--again is said of what is measured", do="Add --measure.")
    pins = read_pins(request.requirements).pins if request.requirements else ()
    scenarios = gather_scenarios(request.scenarios)
    record, request = read_more(request, rebuild, scenarios, pins)
    policy = find_policy(record, request.policy)
    if request.scenario:
        scenarios = select_scenarios(scenarios, request.scenario)
        record = narrow_record(record, request.scenario)
        policy = narrow_policy(policy, {asked.id for asked in record.matrix.questions})
    before, after = choose_ends(record, request, pins)
    if request.measure:
        record = measure_ends(record, (before, after), request, scenarios)
        before, after = choose_ends(record, request, pins)
    scope = Scope(
        policy=policy,
        padding=request.padding,
        scan=place_scan(scan_source(request.source), request.source) if request.source else None,
    )
    verdict = compare(
        record, before, after, scope, read_asked(record, (before, after), pins, request.builds)
    )
    telling = Telling(
        verdict=verdict,
        fail_on=request.fail_on,
        code=decide(verdict, request.fail_on),
        page=request.page or "results/compatibility.html",
        place=request.place,
    )
    summary = os.environ.get(_SUMMARY)
    if written.summary and summary:
        _append(Path(summary), written.summary(telling))
    _print(telling, written.render)
    return telling.code


def _print(telling: Telling, render: Callable[[Telling], str]) -> None:
    """Print a verdict; whoever stops reading in the middle has read enough."""
    try:
        if render is render_text and sys.stdout.isatty():
            from harness.upgrade.terminal import print_verdict

            print_verdict(telling)
        else:
            print(render(telling), end="", flush=True)
    except BrokenPipeError:
        # What is still to be flushed at the end would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written", why=str(error)) from None


def choose_ends(record: Record, request: Request, pins: tuple[Pin, ...]) -> tuple[End, End]:
    """Return both ends: named, or by what the project pins; the target is the newest if unsaid."""
    if request.before is None and not pins:
        raise UsageError(
            "it is not said which release to upgrade from",
            do="Say it: --from 2.10.1, or --requirements requirements.txt",
        )
    legacy, before = request.legacy_keras, None
    try:
        if request.before is None:
            before = match_pinned(record, pins, legacy=legacy)
        else:
            before = name_end(record, request.before, legacy=legacy)
        after = name_end(record, request.after, legacy=legacy)
    except UnmeasuredError as error:
        words = ["--measure", *(["--legacy-keras"] if legacy else [])]
        first = before.release.id if before else request.before or error.name
        command = say_check(request.place, (first, request.after), words, own=True)
        raise UnmeasuredError(error.name, near=error.near, command=command) from None
    check_order(record, before, after)
    return before, after


def match_pinned(record: Record, pins: tuple[Pin, ...], *, legacy: bool) -> End:
    """Return the measured release that is pinned, or the very one where it was measured just now.

    UsageError where none is, or UnmeasuredError where one version is pinned, and may be a release.
    """
    try:
        return match_end(record, pins, legacy=legacy)
    except UsageError as error:
        if not (name := name_pinned(pins, legacy=legacy)):
            raise
        try:
            found = name_end(record, name)
        except UnmeasuredError:
            raise UnmeasuredError(name, near=f"{error.do}.") from None
        except UsageError:
            raise error from None
        about = tuple(pin for pin in pins if pin.name in {*TENSORFLOW, KERAS, LEGACY_KERAS})
        return replace(found, pins=about)


def read_more(
    request: Request, rebuild: Rebuild, scenarios: Sequence[Scenario], pins: tuple[Pin, ...]
) -> tuple[Record, Request]:
    """Return what is stored, with own scenarios and, to be measured, what is not catalogued.

    The request then names such releases by their ids, and its place knows them. What only this
    needs is imported here: reading Parquet takes a fifth of a second.
    """
    if not (request.measure or request.scenarios):
        return read_record(request.results, rebuild), request
    from harness.newest import read_newest
    from harness.upgrade.measuring import add_releases, add_scenarios, empty_record

    built_in = [one for one in scenarios if one.file.parent == SCENARIOS]
    own = [one for one in scenarios if one not in built_in]
    try:
        record = read_record(request.results, rebuild)
    except InconclusiveError:
        if not request.measure:
            raise
        record = empty_record(built_in)
    if own:
        record = add_scenarios(record, own, read_newest(request.store / "observations"))
    place = replace(request.place, own=frozenset(one.name for one in own))
    if request.measure:
        legacy = request.legacy_keras
        pinned = "" if request.before else _name_unmatched(record, pins, legacy=legacy)
        after = "" if request.after == LATEST else request.after
        record, ids = add_releases(record, filter(None, (request.before, pinned, after)))
        before = ids.get(request.before, request.before) if request.before else None
        place = replace(place, apart=frozenset(ids.values()))
        request = replace(request, before=before, after=ids.get(request.after, request.after))
    return record, replace(request, place=place)


def _name_unmatched(record: Record, pins: tuple[Pin, ...], *, legacy: bool) -> str:
    """Return the id of what is pinned where no measured release is that; blank where one is."""
    try:
        match_end(record, pins, legacy=legacy)
    except UsageError:
        return name_pinned(pins, legacy=legacy)
    return ""


def measure_ends(
    record: Record, ends: tuple[End, End], request: Request, scenarios: Sequence[Scenario]
) -> Record:
    """Return the record in which nothing is open at both ends that can be measured here."""
    from harness.measure.matrix import Settings
    from harness.upgrade.measuring import measure_open

    return measure_open(
        record,
        [end.release for end in ends],
        scenarios,
        Settings(results=request.store, layers=request.builds / "layers", again=request.again),
        request.builds,
        tell=lambda text: print(text, file=sys.stderr, flush=True),
    )


def read_asked(
    record: Record, ends: tuple[End, End], pins: tuple[Pin, ...], builds: Path
) -> tuple[Asked, ...]:
    """Return what comes with the target, by the locks of both ends; nothing without them."""
    locks = [find_lock(end.release, builds) for end in ends]
    texts = [lock.read_text(encoding="utf-8") for lock in locks if lock]
    pythons = [record.versions[end.release.id].python for end in ends]
    return list_asked(texts, pythons, pins) if all(locks) else ()


def place_scan(scan: Scan, source: Path) -> Scan:
    """Return a scan whose paths begin where the verb was called, as editors and GitHub ask."""
    inside = Path(os.path.relpath(source))
    folder = source if ".." in inside.parts else inside

    def place(path: str) -> str:
        return (folder / path).as_posix()

    return replace(
        scan,
        sightings=tuple(replace(one, path=place(one.path)) for one in scan.sightings),
        skipped=tuple((place(path), why) for path, why in scan.skipped),
    )


def find_policy(record: Record, named: Path | None) -> Policy:
    """Return what the project decided: of the file named, or of the first that says something."""
    if named:
        return read_policy(_read(named), str(named), record.matrix.questions)
    for name in POLICIES:
        path = Path(name)
        if path.is_file() and (name != "pyproject.toml" or _concerns_us(path)):
            return read_policy(_read(path), name, record.matrix.questions)
    return NONE


def _concerns_us(path: Path) -> bool:
    """Whether a project's own file has a table of ours; one that is broken is not ours to judge."""
    try:
        return bool(find_table(tomllib.loads(_read(path)), path.name))
    except (ValueError, RecursionError):
        return False


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read", why=str(error)) from None
