"""Which measured release a project is on, by what it pins. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from packaging.version import Version

from harness.errors import UsageError
from harness.model import Release
from harness.releases.catalogue import MAIN_SERIES
from harness.releases.published import Named
from harness.upgrade.pins.pin import KERAS, LEGACY_KERAS, PYTHON, TENSORFLOW, Pin
from harness.upgrade.record import Record
from harness.upgrade.versions import (
    FIRST_OF_ITS_OWN,
    End,
    brings_keras_3,
    order,
    package,
    read_version,
)

_PYTHONS = tuple(f"3.{minor}" for minor in range(6, 15))
_PLATFORMS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "Linux",
        {
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
        },
    ),
    (
        "macOS",
        {
            "os_name": "posix",
            "sys_platform": "darwin",
            "platform_system": "Darwin",
            "platform_machine": "arm64",
        },
    ),
    (
        "Windows",
        {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "platform_machine": "AMD64",
        },
    ),
)
"""Where a marker is evaluated; the first place in which TensorFlow is pinned decides."""


def match_end(record: Record, pins: Sequence[Pin], *, legacy: bool = False) -> End:
    """Return the newest release that TensorFlow's, Keras's and tf-keras's pins allow together.

    Versions are held against those that were measured, so a Keras pin finds the release that had
    it. UsageError where none does, with the nearest.
    """
    for platform, environments in _list_environments(pins):
        found: dict[Release, tuple[Pin, ...]] = {}
        for environment in environments:
            holding = [pin for pin in pins if pin.holds(environment)]
            for release in record.matrix.releases:
                if used := _match(record, release, holding, legacy=legacy):
                    found.setdefault(release, used)
        if found:
            measured = [release for release in found if record.is_measured(release.id)]
            newest = max(measured or found, key=lambda one: order(record, one))
            notes = _list_notes(record, found[newest], pins, newest, legacy=legacy)
            if platform != _PLATFORMS[0][0]:
                notes.append(f"it is pinned for {platform} only, and measured on Linux")
            said = " and ".join(f"{pin.text} ({pin.where})" for pin in found[newest])
            return End(release=newest, said=said, notes=tuple(notes), pins=found[newest])
    raise _refuse(record, pins)


def name_pinned(pins: Sequence[Pin], *, legacy: bool = False) -> str:
    """Return the id of the release that is pinned to one version, measured or not; or blank.

    A Keras is a part of it from Keras 3 on, or where it is tf-keras: before, it came along.
    """
    package = LEGACY_KERAS if legacy else KERAS
    for _, environments in _list_environments(pins):
        for environment in environments:
            holding = [pin for pin in pins if pin.exact and pin.holds(environment)]
            tensorflow = _name_version(pin for pin in holding if pin.name in TENSORFLOW)
            keras = _name_version(pin for pin in holding if pin.name == package)
            apart = keras if legacy or (keras and keras.major >= FIRST_OF_ITS_OWN) else None
            if tensorflow:
                return Named(
                    tensorflow=tensorflow, package=package if apart else "", keras=apart
                ).id
    return ""


def _list_environments(pins: Iterable[Pin]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each platform with an environment for every Python that the project allows."""
    asked = [pin for pin in pins if pin.name == PYTHON]
    # A patch that no range of patches leaves out by accident: ">=3.9.1" allows Python 3.9.
    pythons = [
        minor
        for minor in _PYTHONS
        if all(any(pin.allows(Version(f"{minor}.{n}")) for n in range(30)) for pin in asked)
    ]
    for platform, words in _PLATFORMS:
        yield (
            platform,
            [
                {
                    **words,
                    "python_version": python,
                    "python_full_version": f"{python}.0",
                    "implementation_name": "cpython",
                    "platform_python_implementation": "CPython",
                    "platform_release": "",
                    "platform_version": "",
                    "implementation_version": f"{python}.0",
                }
                for python in reversed(pythons or _PYTHONS)
            ],
        )


def _match(
    record: Record, release: Release, holding: Iterable[Pin], *, legacy: bool
) -> tuple[Pin, ...]:
    """Return the pins that a release fulfils; none where it breaks one or none is TensorFlow's."""
    holding = list(holding)
    tensorflow = [pin for pin in holding if pin.name in TENSORFLOW]
    if not tensorflow or not all(pin.allows(Version(release.tensorflow)) for pin in tensorflow):
        return ()
    wanted = LEGACY_KERAS if legacy else KERAS
    keras = [pin for pin in holding if pin.name == wanted]
    apart = package(release)
    if legacy and brings_keras_3(record, release):
        return ()
    # A Keras of its own choice is for those who chose one, by a pin or by the switch.
    if apart and (apart != wanted or not (keras or legacy)):
        return ()
    # tf-keras is a package only beside Keras 3; before, tf.keras is what the switch asks for.
    if keras and (apart == wanted or not legacy):
        there = read_version(record.versions[release.id].keras)
        if there is None or not all(pin.allows(there) for pin in keras):
            return ()
        return (*tensorflow, *keras)
    return tuple(tensorflow)


def _list_notes(
    record: Record, used: Iterable[Pin], pins: Iterable[Pin], newest: Release, *, legacy: bool
) -> list[str]:
    used = list(used)
    notes = [
        f"{pin.text} ({pin.where}) is a range: taken at its newest measured release, {newest.id}"
        for pin in used
        if not pin.exact
    ]
    if legacy:
        return notes
    if brings_keras_3(record, newest) and not any(pin.name == KERAS for pin in used):
        notes.append(
            f"Keras is not pinned: measured with that of its day, "
            f"{record.versions[newest.id].keras}; an installation of today takes the newest"
        )
    if any(pin.name == LEGACY_KERAS for pin in pins):
        notes.append("tf-keras is pinned, too: where it is tf.keras, say --legacy-keras")
    return notes


def _refuse(record: Record, pins: Iterable[Pin]) -> UsageError:
    """Return what is said where nothing measured is what the project is on: what comes nearest."""
    about = [pin for pin in pins if pin.name in {*TENSORFLOW, KERAS, LEGACY_KERAS}]
    main = [release for release in record.matrix.releases if MAIN_SERIES in release.series]
    tensorflow = _name_version(pin for pin in about if pin.name in TENSORFLOW)
    near = _find_nearest(main, lambda one: Version(one.tensorflow), tensorflow)[:2]
    for name in (KERAS, LEGACY_KERAS):
        apart = [release for release in record.matrix.releases if package(release) == name]
        wanted = _name_version(pin for pin in about if pin.name == name)
        near += (
            _find_nearest(apart, lambda one: order(record, one)[1], wanted)[:1] if wanted else []
        )
    listed = [f"--from {one.id} (Keras {record.versions[one.id].keras or '?'})" for one in near]
    return UsageError(
        "no measured release meets what is pinned",
        why="; ".join(f"{pin.text} ({pin.where})" for pin in about),
        do=f"Name the one that is nearest to yours: {' or '.join(listed)}",
    )


def _name_version(pins: Iterable[Pin]) -> Version | None:
    """Return the first version that pins name, for want of the one that is installed."""
    named = (
        read_version(one.version.removesuffix(".*"))
        for pin in pins
        for range_ in pin.ranges
        for one in range_
    )
    return next(filter(None, named), None)


def _find_nearest(
    releases: Iterable[Release], version: Callable[[Release], Version], wanted: Version | None
) -> list[Release]:
    """Return releases by how far their version is from one, the same minor first."""

    def distance(release: Release) -> list[int]:
        there, here = version(release), wanted or version(release)
        return [
            abs(there.major - here.major),
            abs(there.minor - here.minor),
            abs(there.micro - here.micro),
        ]

    return sorted(releases, key=distance)
