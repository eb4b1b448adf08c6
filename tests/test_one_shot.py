from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes import FakeChat, ended, shown
from triage import prompts
from triage.errors import UnreadableReply
from triage.readers import Judge, Reader, load_reader
from triage.readers.one_shot import OneShot
from triage.schema import Claim, Document, Label, Passage, Stance
from triage.settings import load_settings

CLAIM = Claim(text="The dam at Varn cracked on Monday.")
TEXTS = {"a": "Ilka Thoss said the dam at Varn had cracked.", "b": "The water board denied that the dam had cracked."}
DOCUMENTS = {name: Document(doc_id=name, text=text, publisher=f"The {name}") for name, text in TEXTS.items()}
PASSAGES = [Passage(doc_id=n, start=0, end=len(t), text=t) for n, t in TEXTS.items()]


def said(label: str, *citations: tuple[str, str, str], origins: Any = 1) -> str:
    cited = [{"passage": p, "quote": q, "stance": s} for p, q, s in citations]
    return json.dumps({"label": label, "independent_origins": origins, "citations": cited, "rationale": "So it is."})


def one_shot(*answers: Any) -> tuple[OneShot, FakeChat]:
    model = FakeChat().enqueue(*answers)
    return OneShot(model, load_settings(cache=False)), model


SUPPORT, DENIAL = ("P1", TEXTS["a"], "supports"), ("[P2]", TEXTS["b"], "refutes")


async def test_label_and_counts_are_the_model_s_and_quotes_are_grounded() -> None:
    invented = ("P1", "The dam at Varn exploded.", "supports")
    stray = ("P9", TEXTS["a"], "supports")
    judge, model = one_shot(*[said("corroborated", SUPPORT, invented, stray, origins=4)] * 2)
    verdict = judge.judge(CLAIM, PASSAGES, DOCUMENTS, as_of="2030-01")
    again = await judge.ajudge(CLAIM, PASSAGES, DOCUMENTS, as_of="2030-01")
    assert verdict == again
    assert (verdict.label, verdict.support.n_min, verdict.refute.n_max) == (Label.CORROBORATED, 4, 0)
    assert [(e.citation.doc_id, e.stance) for e in verdict.evidence] == [("a", Stance.SUPPORTS)]
    assert [r.quote for r in verdict.rejected] == ["The dam at Varn exploded.", TEXTS["a"]]
    assert verdict.as_of == "2030-01"
    assert verdict.run is not None
    assert verdict.run.prompts == {"one-shot/v1": prompts.get("one-shot/v1").sha256}
    assert len(shown(model.users[0])) == 2


@pytest.mark.parametrize(
    ("label", "origins", "support", "refute"),
    [
        ("single_source", 1, 1, 0),
        ("single_source", 0, 1, 0),
        ("refuted", 2, 0, 2),
        ("disputed", 5, 1, 1),
        ("not_enough_evidence", 3, 0, 0),
    ],
)
def test_counts_agree_with_the_label(label: str, origins: int, support: int, refute: int) -> None:
    verdict = one_shot(said(label, SUPPORT, DENIAL, origins=origins))[0].judge(CLAIM, PASSAGES, DOCUMENTS)
    assert (verdict.support.n_min, verdict.refute.n_min) == (support, refute)


@pytest.mark.parametrize(
    "answer",
    [
        said("perhaps"),
        said("refuted", origins=-1),
        said("refuted", origins="many"),
        '{"label": "refuted"}',
        "I think so.",
        ended('{"label": "ref', "length"),
        ended("", "stop", refusal="No."),
    ],
)
def test_an_unusable_answer_is_an_error_with_what_was_said(answer: Any) -> None:
    with pytest.raises(UnreadableReply) as caught:
        one_shot(answer)[0].judge(CLAIM, PASSAGES, DOCUMENTS)
    assert caught.value.claim == CLAIM.claim_id
    assert caught.value.usage.calls == 1


def test_it_is_a_judge_and_no_reader() -> None:
    judge = load_reader(load_settings(reader="one-shot:gpt-4o-mini", cache=False))
    assert isinstance(judge, Judge) and not isinstance(judge, Reader)
    assert judge.name == "one-shot:gpt-4o-mini"
