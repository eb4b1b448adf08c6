"""The index as LangChain sees it."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever

from triage.schema import Document, Hit


class IndexRetriever(BaseRetriever):
    """A LangChain retriever over an index; made by `Index.as_retriever`.

    What it returns has the passage's text as `page_content`, and as `metadata` the `doc_id`, `start` and `end` (code
    points into the document's text), `title`, `url`, `publisher`, `author`, `published` (a post's own author and
    date where it has them) and `score`; `id` is the passage_id.
    """

    find: Callable[[str], list[Hit]]
    look_up: Callable[[str], Document]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [self._converted(hit) for hit in self.find(query)]

    def _converted(self, hit: Hit) -> LangChainDocument:
        passage, document = hit.passage, self.look_up(hit.passage.doc_id)
        voice = passage.segment
        return LangChainDocument(
            id=passage.passage_id,
            page_content=passage.text,
            metadata={
                "doc_id": passage.doc_id,
                "start": passage.start,
                "end": passage.end,
                "title": document.title,
                "url": document.url,
                "publisher": document.publisher,
                "author": (voice and voice.author) or document.author,
                "published": (voice and voice.published) or document.published,
                "score": hit.score,
            },
        )
