"""The whole way of a claim, with a reader of ten lines in place of a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableLambda

import triage
from triage.errors import ConfigError, CorpusError, ModelError, TriageError
from triage.schema import Claim, Cue, Document, Label, Passage, Probabilities, Reading, Stance

CERTAIN = Probabilities(supports=1, refutes=0, neutral=0)
WORDS = "The pier collapsed at noon, said harbour master Ida Voss, who had stood on it a minute before and saw it go."
CRANE = "Crane driver Otto Lehm said the pier collapsed while he watched from his cab."
DIARY = "The pier collapsed, wrote the archivist Mia Hald in her diary."
DOCUMENTS = [
    Document(doc_id="post", publisher="Harbour Post", published="2031-05-02", text=f"{WORDS} Nobody was hurt."),
    Document(doc_id="mail", publisher="Evening Mail", published="2031-05-03", text=f"{WORDS} Nobody was hurt."),
    Document(doc_id="crane", publisher="Crane Weekly", published="2031-05-09", text=CRANE),
    Document(doc_id="undated", publisher="Old Notes", text=DIARY),
]


class WordReader:
    """Takes every passage with the word `collapsed` for support, in the words of its first sentence."""

    name = "words"

    def read(self, claim: Claim, passages: Sequence[Passage]) -> list[Reading]:
        if "fail" in claim.text:
            raise ModelError("the model is out", claim=claim.text, retryable=True)
        return [
            Reading(
                passage_id=passage.passage_id,
                stance=Stance.SUPPORTS if "collapsed" in passage.text else Stance.NEUTRAL,
                probabilities=CERTAIN,
                quote="The pier sank." if "invented" in claim.text else passage.text.split(". ")[0].rstrip("."),
                cue=Cue.ASSERTS,
            )
            for passage in passages
        ]


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> triage.Triage:
    return triage.load(DOCUMENTS, reader=WordReader(), cache_dir=tmp_path_factory.mktemp("cache"))


def test_two_papers_with_one_speaker_are_one_origin(checker: triage.Triage) -> None:
    verdict = checker.check("The pier collapsed.", as_of="2031-05-04")
    assert verdict.label is Label.SINGLE_SOURCE
    assert (verdict.support.n_min, verdict.support.n_max) == (1, 1)
    assert "Ida Voss" in verdict.origins[0].name


def test_a_second_speaker_corroborates(checker: triage.Triage) -> None:
    verdict = checker.check("The pier collapsed.", as_of="2031-06")
    assert verdict.label is Label.CORROBORATED
    assert verdict.support.n_min == 2


def test_as_of_hides_what_is_later_and_what_has_no_date(checker: triage.Triage) -> None:
    early = checker.check("The pier collapsed.", as_of="2031-05-02")
    assert {e.citation.doc_id for e in early.evidence} == {"post"}
    everything = checker.check("The pier collapsed.", as_of="2031-05-02", include_undated=True)
    assert {e.citation.doc_id for e in everything.evidence} == {"post", "undated"}


def test_an_invented_quote_is_put_aside_and_shown(checker: triage.Triage) -> None:
    verdict = checker.check("An invented claim about the pier.")
    assert verdict.label is Label.NOT_ENOUGH_EVIDENCE
    assert {r.quote for r in verdict.rejected} == {"The pier sank."}


def test_every_quote_is_verbatim(checker: triage.Triage) -> None:
    for evidence in checker.check("The pier collapsed.").evidence:
        citation = evidence.citation
        assert checker.document(citation.doc_id).text[citation.start : citation.end] == citation.quote


def test_a_claim_that_fails_costs_no_other(checker: triage.Triage) -> None:
    first, failed, last = checker.check_many(["The pier collapsed.", "Make it fail.", "The pier collapsed at noon."])
    assert isinstance(failed, ModelError)
    assert isinstance(first, triage.Verdict)
    assert isinstance(last, triage.Verdict)


def test_the_chain_is_a_runnable_and_returns_the_trail(checker: triage.Triage) -> None:
    label = checker.chain | RunnableLambda(lambda trail: trail["verdict"].label)
    assert label.invoke("The pier collapsed.") is Label.CORROBORATED
    assert {"claim", "hits", "readings", "citations", "evidence", "graph", "verdict"} <= set(checker.trail("The pier."))


async def test_async_answers_as_sync(checker: triage.Triage) -> None:
    said, waited = checker.check("The pier collapsed."), await checker.acheck("The pier collapsed.")
    assert waited.evidence == said.evidence
    assert waited.label is said.label


def test_an_empty_claim_says_what_to_do(checker: triage.Triage) -> None:
    with pytest.raises(TriageError, match="the claim is empty"):
        checker.check("  ")


def test_the_run_says_how_it_came_about(checker: triage.Triage) -> None:
    run = checker.check("The pier collapsed.").run
    assert run is not None
    assert (run.reader, len(run.corpus_sha256)) == ("words", 64)
    assert "chromadb" in run.versions


def test_wrong_settings_and_paths_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no reader 'oracle'"):
        triage.load(DOCUMENTS, reader="oracle", cache_dir=tmp_path)
    with pytest.raises(CorpusError, match="nowhere"):
        triage.load(tmp_path / "nowhere", cache_dir=tmp_path)
