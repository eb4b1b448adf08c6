"""The word ranking: BM25 over the passages' words, in an embedded tantivy.

Why tantivy: of the engines at hand it alone persists, updates in place, and finds the best passages without scoring
all that share a word (block-max WAND). rank-bm25 and bm25s are built anew for one changed document. SQLite's FTS5
updates in place but scores every match, and a claim has common words: the best 100 of 100,000 passages for 12 words
took it 188 ms of processor time, and tantivy 1.7 ms.

What an update removes still counts in the statistics of BM25 until its segment is merged, so scores (not what is
found) can differ a little from those of an index made afresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

_MOST_WORDS = 256
_LONGEST_WORD = 64
_HEAP = 64_000_000


class Words:
    """The words of passages, with the day from which each may be seen.

    English words are stemmed, accents are folded, and what is no letter or digit separates words. A query is cut
    into words in the same way, so no character of it is an operator; its first 256 different words count.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("doc_id", tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", tokenizer_name="words", index_option="freq")
        schema.add_unsigned_field("day", indexed=True, fast=True)
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self._index.register_tokenizer("words", self._analyzer)
        self._index.config_reader(reload_policy="manual")

    def __len__(self) -> int:
        """Return how many passages there are."""
        return int(self._index.searcher().num_docs)

    @contextmanager
    def writing(self) -> Iterator[WordsWriter]:
        """Hold the writer; what it was given is seen once it is committed."""
        # One thread: which passage lies in which segment, and so how ties fall, then depends on nothing but order.
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        try:
            yield WordsWriter(writer, self._schema)
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()
            self._index.reload()

    def best(self, query: str, count: int, until: int | None, include_undated: bool) -> list[tuple[str, float]]:
        """Return up to `count` (passage_id, BM25 score), the best first, ties by id; none without a common word."""
        words = list(dict.fromkeys(self._analyzer.analyze(query)))[:_MOST_WORDS]
        if not words:
            return []
        wanted = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", word)) for word in words]
        )
        if until is not None:
            first = 0 if include_undated else 1
            seen = tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, first, until)
            wanted = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, tantivy.Query.const_score_query(seen, 0.0))]
            )
        searcher = self._index.searcher()
        hits = searcher.search(wanted, limit=count, count=False).hits
        scored = ((str(searcher.doc(address).get_first("passage_id")), float(score)) for score, address in hits)
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))


class WordsWriter:
    """What `Words.writing` gives."""

    def __init__(self, writer: tantivy.IndexWriter, schema: tantivy.Schema) -> None:
        self._writer = writer
        self._schema = schema

    def add(self, passages: Iterable[tuple[str, str, str, int | None]]) -> None:
        """Add (passage_id, doc_id, text, day)."""
        for passage_id, doc_id, text, day in passages:
            fields = {"passage_id": passage_id, "doc_id": doc_id, "text": text, "day": day or 0}
            self._writer.add_document(tantivy.Document.from_dict(fields, self._schema))

    def remove(self, doc_ids: Sequence[str]) -> None:
        """Remove all passages of documents that were added before."""
        for doc_id in doc_ids:
            self._writer.delete_documents_by_term("doc_id", doc_id)

    def commit(self) -> None:
        """Make everything so far last."""
        try:
            self._writer.commit()
        except ValueError as error:  # how tantivy says that it could not write
            raise OSError(str(error)) from error
