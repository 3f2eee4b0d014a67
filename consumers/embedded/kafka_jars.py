"""The jars of Apache Kafka: fetched once from Maven Central into a cache, checked at every start.

``kafka.lock``, written by ``tools/lock_kafka.py``, names every jar with its size and SHA-256, so
what runs is what was tested, whatever the network handed out (jgo itself only warns where a
checksum differs). The jars are hashed at each start (45 MB, some 40 ms); only one that is missing
or wrong is fetched. With a filled cache nothing here touches the network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import msgspec

from consumers.errors import CopydeskError

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are there, and how many there will be."""

_AT_ONCE = 6


class Jar(msgspec.Struct, frozen=True):
    """One line of the lock: the coordinate is ``group:artifact:version``, the size in bytes."""

    sha256: str
    size: int
    coordinate: str

    def within(self, repository: Path) -> Path:
        """Where a Maven repository keeps this jar."""
        group, artifact, version = self.coordinate.split(":")
        return repository.joinpath(
            *group.split("."), artifact, version, f"{artifact}-{version}.jar"
        )


def cache_directory(environment: Mapping[str, str] | None = None) -> Path:
    """``COPYDESK_CACHE``, else ``copydesk`` in the user's cache directory (XDG)."""
    env = os.environ if environment is None else environment
    if chosen := env.get("COPYDESK_CACHE"):
        return Path(chosen).expanduser().absolute()
    return Path(env.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "copydesk"


def locked_jars() -> tuple[Jar, ...]:
    """Every jar the broker runs on, in the order of the class path."""
    text = resources.files("consumers.embedded").joinpath("kafka.lock").read_text("utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(Jar(sha256, int(size), coordinate) for sha256, size, coordinate in rows)


def class_path(
    cache: Path, progress: Progress | None = None, more: Sequence[Jar] = ()
) -> tuple[Path, ...]:
    """Every jar, and ``more``, present and checked; what is missing is fetched first.

    Raises CopydeskError where a jar cannot be fetched or is not the one in the lock.
    """
    repository = cache / "maven"
    jars = (*locked_jars(), *more)
    missing = [jar for jar in jars if not _is_right(jar, repository)]
    if missing:
        _fetch(missing, repository, progress)
    return tuple(jar.within(repository) for jar in jars)


def _is_right(jar: Jar, repository: Path) -> bool:
    try:
        content = jar.within(repository).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == jar.sha256


def _fetch(jars: list[Jar], repository: Path, progress: Progress | None) -> None:
    total = sum(jar.size for jar in jars)
    done = 0
    guard = threading.Lock()

    def count(size: int) -> None:
        nonlocal done
        with guard:
            done += size
            if progress:
                progress("fetching Apache Kafka from Maven Central", min(done, total), total)

    repository.mkdir(parents=True, exist_ok=True)
    count(0)
    with _environment(authorities(os.environ)), ThreadPoolExecutor(_AT_ONCE) as pool:
        pending = [pool.submit(_fetch_one, jar, repository, count) for jar in jars]
        try:
            for future in pending:
                future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        finally:
            shutil.rmtree(_own_folder(repository), ignore_errors=True)


def authorities(environment: Mapping[str, str]) -> dict[str, str]:
    """What tells the client to trust whom this system trusts, where nothing else is said.

    It brings a list of its own, which lacks the authority of a proxy that an office has put up.
    Python itself, and pip with it, goes by the system's (``SSL_CERT_FILE``, or OpenSSL's default).
    """
    if environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE"):
        return {}
    bundle = ssl.get_default_verify_paths().cafile
    return {"REQUESTS_CA_BUNDLE": bundle} if bundle else {}


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """The client takes this by the environment alone, once a request."""
    os.environ.update(more)
    try:
        yield
    finally:
        for name in more:
            os.environ.pop(name, None)


def _own_folder(repository: Path) -> Path:
    return repository / f".fetching-{os.getpid()}"


def _fetch_one(jar: Jar, repository: Path, count: Callable[[int], None]) -> None:
    """Fetch into a folder of this process's own, check, then move into place in one step."""
    # Here, since it loads an HTTP client that later starts do not need.
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    @contextmanager
    def counting(_name: str, _size: int) -> Iterator[Callable[[int], None]]:
        yield count

    own = _own_folder(repository)
    context = MavenContext(
        resolver=PythonResolver(progress_callback=counting),
        repo_cache=own,
        local_repos=[],
        timeout=30,
    )
    fetched = jar.within(own)
    fetched.unlink(missing_ok=True)
    try:
        context.create_dependency(jar.coordinate).artifact.resolve()
        right = _is_right(jar, own)
    except Exception as error:  # jgo raises requests' errors (OSErrors) and RuntimeErrors alike
        raise CopydeskError(
            "Apache Kafka could not be fetched from Maven Central "
            f"({_why(error)}, for {jar.coordinate}). "
            "The first start needs the network; later ones do not. "
            "Where there is none, set COPYDESK_KAFKA to a Kafka that runs elsewhere."
        ) from error
    if not right:
        raise CopydeskError(
            f"{jar.coordinate}, as fetched from Maven Central, is not the file that copydesk was "
            "tested with (its SHA-256 differs), so it was not used. Try again; if it stays so, "
            "something between here and Maven Central changes files."
        )
    target = jar.within(repository)
    target.parent.mkdir(parents=True, exist_ok=True)
    fetched.replace(target)


def _why(error: BaseException) -> str:
    """What went wrong with a download, in words.

    A certificate that is not trusted is no missing connection: where a proxy signs what comes
    through it, its authority must be named. Looked for in the text of every cause, since requests
    and urllib3 wrap it.
    """
    cause: BaseException | None = error
    while cause is not None:
        if "CERTIFICATE_VERIFY_FAILED" in str(cause) or "TLS CA certificate" in str(cause):
            return (
                "its certificate could not be verified: where a proxy stands in between, name its "
                "certificate authority in REQUESTS_CA_BUNDLE"
            )
        cause = cause.__cause__ or cause.__context__
    return "no connection" if isinstance(error, OSError) else str(error)
