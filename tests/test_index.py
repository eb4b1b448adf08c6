"""The index: incremental, fit for use after a kill, honest about dates, damage and other embedders."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import RunnableLambda

from triage.errors import ConfigError, CorpusError, IndexError_, ModelError
from triage.index import Changes, Index, update
from triage.index.catalogue import Writer
from triage.index.ranking import collapse, fuse
from triage.index.update import day_of
from triage.index.vectors import Vectors
from triage.index.words import WordsWriter
from triage.schema import Document, Hit, Passage, Segment


class WordEmbeddings(Embeddings):
    """Counts words in 64 buckets, and keeps the texts it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.asked += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        vector = np.full(64, 1e-3)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % 64] += 1
        return [float(value) for value in vector / np.linalg.norm(vector)]


def doc(doc_id: str, text: str, **more: object) -> Document:
    return Document.model_validate({"doc_id": doc_id, "text": text, **more})


TOPICS = ["bridge", "onion", "comet", "harbour", "glacier", "theatre", "vaccine", "railway"]
DOCUMENTS = [
    doc(f"news/{topic}", f"The {topic} was in the news. Officials spoke of the {topic} for an hour.", title=topic)
    for topic in TOPICS
]


def found(hits: Iterable[Hit]) -> list[str]:
    return [hit.passage.doc_id for hit in hits]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an index of DOCUMENTS; not to be opened."""
    path = tmp_path_factory.mktemp("template") / "index"
    with Index.open(path, WordEmbeddings()) as index:
        index.update(DOCUMENTS)
    return path


@pytest.fixture
def built(template: Path, path: Path) -> Path:
    """Return a folder with an index of DOCUMENTS."""
    return shutil.copytree(template, path)


@pytest.fixture(scope="module")
def shared_index(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterable[Index]:
    with Index.open(shutil.copytree(template, tmp_path_factory.mktemp("shared") / "index"), WordEmbeddings()) as index:
        yield index


# Changing what it holds


def test_an_update_touches_only_what_changed(path: Path) -> None:
    embeddings = WordEmbeddings()
    seen: list[tuple[int, int]] = []
    with Index.open(path, embeddings) as index:
        assert index.update(DOCUMENTS, lambda *step: seen.append(step)) == Changes(8, 0, 0, 0)
        assert seen[0] == (0, 8)
        assert seen[-1] == (8, 8)
        digest = index.corpus_sha256
        embeddings.asked.clear()
        assert index.update(DOCUMENTS) == Changes(0, 0, 0, 8)
        assert embeddings.asked == []
        changed = doc("news/comet", "A tram ran late.")
        assert index.update([*DOCUMENTS[:2], changed, doc("new", "A tram!")]) == Changes(1, 1, 5, 2)
        assert embeddings.asked == ["A tram ran late.", "A tram!"]
        assert len(index) == 4
        assert index.corpus_sha256 != digest
        assert found(index.search("tram", 2)) == ["new", "news/comet"]
        assert "glacier" not in {hit.passage.text for hit in index.search("glacier")}
        assert index.document("news/comet") == changed
        assert [d.doc_id for d in index.documents()] == ["new", "news/bridge", "news/comet", "news/onion"]


def test_it_is_all_there_when_opened_again(built: Path) -> None:
    with Index.open(built, WordEmbeddings()) as index:
        assert len(index) == 8
        assert sorted(index.documents(), key=lambda d: d.doc_id) == sorted(DOCUMENTS, key=lambda d: d.doc_id)
        assert found(index.search("glacier", 1)) == ["news/glacier"]
        assert index.update(DOCUMENTS) == Changes(0, 0, 0, 8)


@hypothesis_settings(max_examples=4, deadline=None)
@given(states=st.lists(st.dictionaries(st.sampled_from(TOPICS), st.sampled_from(["red", "blue"])), max_size=4))
def test_whatever_the_way_there_it_holds_the_last_state(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, str]]
) -> None:
    with Index.open(tmp_path_factory.mktemp("index") / "here", WordEmbeddings()) as index:
        for state in states:
            wanted = {name: doc(name, f"The {name} is {colour}.") for name, colour in state.items()}
            changes = index.update(wanted.values())
            assert changes.added + changes.changed + changes.unchanged == len(wanted) == len(index)
            for colour in ("red", "blue"):
                hits = [hit.passage for hit in index.search(colour, 50)]
                assert {p.doc_id: p.text for p in hits} == {d.doc_id: d.text for d in wanted.values()}


def test_boilerplate_is_kept_but_not_found(path: Path) -> None:
    text = "The comet came.\n\nSubscribe to our newsletter."
    page = doc("page", text, segments=(Segment(start=17, end=len(text), kind="boilerplate"),))
    with Index.open(path, WordEmbeddings()) as index:
        index.update([page])
        assert [hit.passage.text for hit in index.search("newsletter")] == ["The comet came."]
        assert [p.text for p in index.passages("page")] == ["The comet came."]
        assert index.document("page").text == text


def test_documents_without_a_passage_are_held(path: Path) -> None:
    with Index.open(path, WordEmbeddings()) as index:
        assert index.update([doc("empty", ""), doc("blank", " \n ")]) == Changes(2, 0, 0, 0)
        assert len(index) == 2
        assert index.search("anything") == []
        assert index.update([doc("empty", "")]) == Changes(0, 0, 1, 1)


def test_two_documents_of_one_id_are_refused_and_one_given_twice_is_not(path: Path) -> None:
    with Index.open(path, WordEmbeddings()) as index:
        assert index.update([DOCUMENTS[0], DOCUMENTS[0]]).added == 1
        with pytest.raises(CorpusError, match="two different documents have the id 'a'"):
            index.update([doc("a", "one"), doc("a", "two")])
        assert len(index) == 1


# Searching


@pytest.mark.parametrize(
    "query", ["", "  \n", "\u200b", "?!… —", "AND OR NOT", 'a:b "c ^2 ~ [x TO y} \\ /r/ * (', "\0"]
)
def test_no_query_is_an_error(shared_index: Index, query: str) -> None:
    assert all(0 <= hit.score <= 1 for hit in shared_index.search(query))


def test_an_empty_index_finds_nothing(path: Path) -> None:
    with Index.open(path, WordEmbeddings()) as index:
        assert index.search("comet") == index.search("comet", as_of="2022-01") == []
        assert (len(index), list(index.documents()), index.passages("x")) == (0, [], [])


@hypothesis_settings(max_examples=40, deadline=None)
@given(query=st.text(max_size=60), k=st.integers(1, 9))
def test_hits_are_ordered_distinct_and_the_same_again(shared_index: Index, query: str, k: int) -> None:
    hits = shared_index.search(query, k)
    assert len(hits) <= k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.passage_id for hit in hits}) == len(hits)
    assert shared_index.search(query, k) == hits


def test_many_may_search_at_once(shared_index: Index) -> None:
    queries = [f"the {topic} hour" for topic in TOPICS] * 5
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shared_index.search, queries)) == [shared_index.search(query) for query in queries]


def test_a_very_long_query_is_searched(shared_index: Index) -> None:
    assert found(shared_index.search("glacier " * 20_000 + " ".join(map(str, range(50_000))), 1)) == ["news/glacier"]


def test_accents_and_inflections_do_not_matter_to_words(built: Path) -> None:
    with Index.open(built, WordEmbeddings()) as index:
        index.update([*DOCUMENTS, doc("paper", "Viačorka’s adviser was resigning.")])
        ranks = {hit.passage.doc_id: hit.ranks for hit in index.search("Viacorka resigned")}
        assert {doc_id for doc_id, ranked in ranks.items() if "words" in ranked} == {"paper"}


def test_a_title_helps_to_find_and_offsets_stay(built: Path) -> None:
    with Index.open(built, WordEmbeddings()) as index:
        index.update([*DOCUMENTS, doc("d", "It fell at noon.", title="Meteorite")])
        passage = index.search("meteorite", 1)[0].passage
        assert (passage.start, passage.end, passage.text) == (0, 16, "It fell at noon.")


def test_a_k_below_one_is_refused(shared_index: Index) -> None:
    with pytest.raises(ConfigError, match="k must be at least 1"):
        shared_index.search("comet", 0)


def test_a_document_that_is_not_there_is_named(shared_index: Index) -> None:
    with pytest.raises(IndexError_, match="holds no document 'nowhere'"):
        shared_index.document("nowhere")


# Dates


DATED = [
    doc("day", "Comet, by the day.", published="2022-03-10"),
    doc("month", "Comet, by the month.", published="2022-03"),
    doc("none", "Comet, by no date."),
    doc(
        "thread",
        "Comet, an early post.\n\nComet, a late post.",
        published="2022-03-01",
        segments=(
            Segment(start=0, end=21, kind="post", published="2022-03-02"),
            Segment(start=23, end=42, kind="post", published="2022-04-02"),
        ),
    ),
]


@pytest.fixture(scope="module")
def dated_index(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Index]:
    with Index.open(tmp_path_factory.mktemp("dated") / "index", WordEmbeddings()) as index:
        index.update(DATED)
        yield index


@pytest.mark.parametrize(
    ("as_of", "seen"),
    [
        ("2022-03-01", []),
        ("2022-03-02", ["thread:0-21"]),
        ("2022-03-10", ["day:0-18", "thread:0-21"]),
        ("2022-03-30", ["day:0-18", "thread:0-21"]),
        ("2022-03", ["day:0-18", "month:0-20", "thread:0-21"]),
        ("2023-01-01", ["day:0-18", "month:0-20", "thread:0-21", "thread:23-42"]),
    ],
)
def test_as_of_hides_what_was_not_yet_published(dated_index: Index, as_of: str, seen: list[str]) -> None:
    assert sorted(hit.passage.passage_id for hit in dated_index.search("comet", as_of=as_of)) == seen
    also = [hit.passage.passage_id for hit in dated_index.search("comet", as_of=as_of, include_undated=True)]
    assert sorted(also) == sorted([*seen, "none:0-18"])
    assert len(dated_index.search("comet")) == 5


@pytest.mark.parametrize("as_of", ["2022", "yesterday", "2022-02-30", "", "2022-13"])
def test_a_date_that_is_none_is_refused(shared_index: Index, as_of: str) -> None:
    with pytest.raises(ConfigError, match="as_of must be a day"):
        shared_index.search("comet", as_of=as_of)


def test_a_day_is_the_last_that_a_date_can_mean() -> None:
    passage = Passage(doc_id="d", start=0, end=1, text="x")
    assert day_of(doc("d", "x", published="2024-02"), passage) == 20240229
    assert day_of(doc("d", "x"), passage) is None


# Near-duplicates and fusion


STORY = (
    "The harbour master said on Monday that the northern crane had been out of order since April and that nobody "
    "had told the dockers, who went on loading ships below it for three weeks until the union heard of the matter "
    "and called its members off the quay at once."
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (STORY, True),
        (STORY.upper().replace(",", " –"), True),
        (STORY[: STORY.index(" until")], True),
        (STORY.replace("northern", "nothern"), True),
        (STORY.replace("had been", "had not been"), False),
        (STORY.replace("three weeks", "3 weeks"), False),
        (STORY + " The firm that serves the cranes denies it, and says that its report was sent in March.", False),
        ("The union heard of the matter from a docker whose brother serves the cranes.", False),
    ],
)
def test_what_says_nothing_more_stands_under_the_better_hit(other: str, same: bool) -> None:
    texts = {"a": STORY, "b": other}
    passages = {name: Passage(doc_id=name, start=0, end=len(text), text=text) for name, text in texts.items()}
    hits = collapse(fuse({"dense": [("a", 0.9), ("b", 0.8), ("gone", 0.1)]}), passages, 5)
    assert [hit.passage.doc_id for hit in hits] == (["a"] if same else ["a", "b"])
    assert [p.doc_id for p in hits[0].duplicates] == (["b"] if same else [])


def test_copies_leave_room_for_others(path: Path) -> None:
    copies = [doc(f"copy/{at}", STORY) for at in range(30)]
    with Index.open(path, WordEmbeddings()) as index:
        index.update([*copies, doc("other", "A crane stood still in the northern harbour.")])
        first, second = index.search("the northern crane in the harbour", 2)
        assert {first.passage.doc_id.split("/")[0], second.passage.doc_id.split("/")[0]} == {"copy", "other"}
        assert len(first.duplicates) + len(second.duplicates) == 29


def test_fusion_is_the_mean_of_normalised_scores() -> None:
    fused = fuse({"dense": [("a", 0.9), ("b", 0.7), ("c", 0.5)], "words": [("b", 12.0), ("d", 2.0)]})
    assert [(s.passage_id, round(s.score, 6)) for s in fused] == [("b", 0.75), ("a", 0.5), ("c", 0.0), ("d", 0.0)]
    assert fused[0].ranks == {"dense": 2, "words": 1}
    assert [s.score for s in fuse({"dense": [("a", 0.3)], "words": []})] == [0.5]
    assert fuse({"dense": [], "words": []}) == []


# LangChain


def test_the_retriever_composes_and_carries_where_it_is_from(dated_index: Index) -> None:
    chain = dated_index.as_retriever(2, as_of="2022-03-05") | RunnableLambda(lambda found: found[0])
    first = chain.invoke("an early comet")
    assert (first.id, first.page_content) == ("thread:0-21", "Comet, an early post.")
    assert first.metadata.pop("score") == pytest.approx(1.0)
    assert first.metadata == {
        "doc_id": "thread",
        "start": 0,
        "end": 21,
        "title": None,
        "url": None,
        "publisher": None,
        "author": None,
        "published": "2022-03-02",
    }


class FailingEmbeddings(WordEmbeddings):
    def _vector(self, text: str) -> list[float]:
        raise TimeoutError("no answer")


def test_an_embedder_that_fails_is_a_model_error(path: Path) -> None:
    with Index.open(path, FailingEmbeddings()) as index:
        with pytest.raises(ModelError, match=r"FailingEmbeddings failed: no answer"):
            index.update(DOCUMENTS)
        with pytest.raises(ModelError):
            index.search("comet")
        assert len(index) == 0


# Being killed, and others at work


AFTER = [doc("news/bridge", "The bridge fell."), *DOCUMENTS[2:], doc("new/one", "A tram."), doc("new/two", "A barge.")]
DEATHS = [
    ("Vectors", "remove"),
    ("Writer", "forget"),
    ("Writer", "announce"),
    ("Vectors", "add"),
    ("WordsWriter", "commit"),
    ("Writer", "finish"),
]


def update_and_die(path: Path, owner: str, method: str) -> None:
    """Update an index to AFTER, one document at a time, and be killed right after a method ran for the last time."""
    kind = {"Vectors": Vectors, "WordsWriter": WordsWriter, "Writer": Writer}[owner]
    real: Callable[..., object] = getattr(kind, method)
    last = 3 if method in ("announce", "add", "finish") else 4 if method == "commit" else 1
    calls = 0

    def fatal(*given: object, **named: object) -> object:
        nonlocal calls
        result = real(*given, **named)
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(kind, method, fatal)
    update._GROUP = 1
    with Index.open(path, WordEmbeddings()) as index:
        index.update(AFTER)


def die_everywhere(template: str, folder: str) -> None:
    """Kill an update at each of DEATHS, each on its own copy of an index, in a process of its own."""
    for owner, method in DEATHS:
        path = shutil.copytree(template, Path(folder) / owner / method)
        child = os.fork()
        if not child:
            update_and_die(path, owner, method)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_update_leaves_a_usable_index(template: Path, tmp_path: Path) -> None:
    code = f"import sys; from {__name__} import die_everywhere; die_everywhere(*sys.argv[1:])"
    subprocess.run(
        [sys.executable, "-c", code, str(template), str(tmp_path)], check=True, cwd=Path(__file__).parents[1]
    )
    known = {(d.doc_id, d.text) for d in [*DOCUMENTS, *AFTER]}
    for owner, method in DEATHS:
        with Index.open(tmp_path / owner / method, WordEmbeddings()) as index:
            hits = [hit.passage for hit in index.search("the news of the tram", 50)]
            assert {p.doc_id for p in hits} >= {d.doc_id for d in DOCUMENTS[2:]}
            assert {(p.doc_id, index.document(p.doc_id).text) for p in hits} <= known
            assert all(index.document(p.doc_id).text[p.start : p.end] == p.text for p in hits)
            index.update(AFTER)
            assert sorted(index.documents(), key=str) == sorted(AFTER, key=str)
            hits = [hit.passage for hit in index.search("the news of the tram", 50)]
            assert sorted(p.doc_id for p in hits) == sorted(d.doc_id for d in AFTER)
            assert index.update(AFTER) == Changes(0, 0, 0, len(AFTER))


MANY = [doc(f"many/{n}", f"The {TOPICS[n % 8]} was in report {n}.") for n in range(60)]


def in_a_child(work: Callable[[], None], *, killed_after: float | None = None) -> int:
    """Return how a process that did this work ended."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fill(path: str) -> None:
    with Index.open(Path(path), WordEmbeddings()) as index:
        index.update(MANY)


def answer(path: str) -> None:
    if Path(path).exists():
        with Index.open(Path(path), WordEmbeddings()) as index:
            hits = [hit.passage for hit in index.search("report", 100)]
            assert len(hits) == len(index)
            assert all(index.document(p.doc_id).text[p.start : p.end] == p.text for p in hits)


def die_at_random(folder: str) -> None:
    """Kill ten updates of one index at moments by chance; it answers after each."""
    update._GROUP = 1
    chance = random.Random(5)
    ends = []
    for _ in range(10):
        ends.append(in_a_child(partial(fill, folder), killed_after=chance.uniform(0.01, 0.3)))
        assert in_a_child(partial(answer, folder)) == 0
    assert ends.count(-signal.SIGKILL) > 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_ten_kills_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    code = f"import sys; from {__name__} import die_at_random; die_at_random(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "killed")], check=True, cwd=Path(__file__).parents[1])
    states = []
    for name in ("killed", "undisturbed"):
        with Index.open(tmp_path / name, WordEmbeddings()) as index:
            index.update(MANY)
            hits = [hit.passage for hit in index.search("comet report 2", 100)]
            states.append((index.corpus_sha256, sorted(index.documents(), key=str), hits[0], sorted(hits, key=str)))
    assert states[0] == states[1]


def test_only_one_writes_and_others_read(built: Path) -> None:
    with Index.open(built, WordEmbeddings()) as reader, Index.open(built, WordEmbeddings()) as writer:

        def meanwhile(done: int, total: int) -> None:
            assert found(reader.search("glacier", 1)) == ["news/glacier"]
            assert len(reader) == 8 + done
            with pytest.raises(IndexError_, match="another process is updating it: wait until it has finished"):
                reader.update([])

        writer.update([*DOCUMENTS, doc("new", "A tram.")], meanwhile)
        assert reader.update([*DOCUMENTS, doc("new", "A tram.")]).unchanged == 9


def test_a_full_disk_is_said_and_nothing_is_lost(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Index.open(built, WordEmbeddings()) as index:
        with monkeypatch.context() as patch, pytest.raises(IndexError_, match=r"see that the disk has room.*No space"):
            patch.setattr(WordsWriter, "commit", full)
            index.update([*DOCUMENTS, doc("new", "A tram.")])
        assert found(index.search("glacier", 1)) == ["news/glacier"]
        assert index.update([*DOCUMENTS, doc("new", "A tram.")]) == Changes(1, 0, 0, 8)
        assert found(index.search("tram", 1)) == ["new"]


# Opening


def test_another_embedder_is_refused(built: Path) -> None:
    with pytest.raises(IndexError_, match=r"made with the embedder 'tests\.test_index\.WordEmbeddings', not 'local'"):
        Index.open(built)
    with Index.open(built, WordEmbeddings()) as index:
        assert index.embedder == "tests.test_index.WordEmbeddings"


def test_vectors_of_another_length_are_refused(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordEmbeddings, "_vector", lambda *_: [1.0, 0.0])
    with Index.open(built, WordEmbeddings()) as index:
        with pytest.raises(IndexError_, match="has vectors of length 64, and the embedder now gives 2"):
            index.update([doc("new", "A tram.")])
        with pytest.raises(IndexError_):
            index.search("comet")


def change_meta(path: Path, name: str, value: str) -> None:
    with sqlite3.connect(path / "catalogue.sqlite") as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
    connection.close()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("format", "99", "newer triage .format 99.*pip install --upgrade"),
        ("format", "0", "older triage .format 0.: delete the folder and run `triage index` again"),
        ("format", "x", "cannot be read"),
        ("fingerprint", "abc", "other weights"),
    ],
)
def test_what_the_index_says_of_itself_is_heeded(built: Path, name: str, value: str, message: str) -> None:
    change_meta(built, name, value)
    with pytest.raises(IndexError_, match=message):
        Index.open(built, WordEmbeddings())


def test_other_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexError_, match="is a file: give a folder"):
        Index.open(tmp_path / "file", WordEmbeddings())
    with pytest.raises(IndexError_, match="holds other files and no index"):
        Index.open(tmp_path, WordEmbeddings())


def test_a_missing_part_is_named(built: Path) -> None:
    shutil.rmtree(built / "words")
    with pytest.raises(IndexError_, match="is damaged, words/ is missing: delete the folder"):
        Index.open(built, WordEmbeddings())


def spoil(path: Path, spoiled: bytes) -> None:
    path.write_bytes(spoiled + path.read_bytes()[len(spoiled) :] if spoiled else b"")


@pytest.mark.parametrize("spoiled", [b"", b"\x00garbage\xff" * 400], ids=["emptied", "overwritten"])
@pytest.mark.parametrize("pattern", ["catalogue.sqlite", "vectors/chroma.sqlite3", "words/meta.json", "words/*.store"])
def test_damage_is_said(built: Path, pattern: str, spoiled: bytes) -> None:
    for file in built.glob(pattern):
        spoil(file, spoiled)
    with pytest.raises(IndexError_, match="delete the folder and run `triage index` again"):
        Index.open(built, WordEmbeddings())
