from __future__ import annotations

import csv
import io
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator

from tests.verdicts import all_verdicts, documents, verdict
from triage import export
from triage.errors import ConfigError
from triage.schema import Label, Stance, Verdict
from triage.summary import ordered

SCHEMA_ORG: dict[str, dict[str, str]] = {
    "Thing": {"identifier": "text", "name": "text", "url": "url"},
    "CreativeWork": {
        "author": "agent",
        "citation": "CreativeWork",
        "datePublished": "date",
        "publisher": "agent",
        "text": "text",
    },
    "Claim": {"appearance": "CreativeWork", "firstAppearance": "CreativeWork"},
    "Review": {"itemReviewed": "Thing", "reviewRating": "Rating"},
    "ClaimReview": {"claimReviewed": "text"},
    "Rating": {
        "alternateName": "text",
        "bestRating": "number",
        "ratingExplanation": "text",
        "ratingValue": "number",
        "worstRating": "number",
    },
    "Organization": {},
    "Person": {},
}
"""Properties of schema.org 29 (https://schema.org/ClaimReview, /Claim, /Rating): those of each type, with ranges."""

PARENTS = {
    "CreativeWork": "Thing",
    "Claim": "CreativeWork",
    "Review": "CreativeWork",
    "ClaimReview": "Review",
    "Rating": "Thing",
    "Organization": "Thing",
    "Person": "Thing",
}

IRI = {"type": "string", "pattern": "^(https?|urn):[^ ]+$"}
ANNOTATIONS = {
    "type": "object",
    "required": ["@context", "id", "type", "label", "total"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": IRI,
        "type": {"const": "AnnotationCollection"},
        "label": {"type": "string"},
        "total": {"type": "integer", "minimum": 0},
        "first": {
            "type": "object",
            "required": ["id", "type", "items"],
            "additionalProperties": False,
            "properties": {
                "id": IRI,
                "type": {"const": "AnnotationPage"},
                "startIndex": {"const": 0},
                "items": {"type": "array", "items": {"$ref": "#/$defs/annotation"}},
            },
        },
    },
    "$defs": {
        "annotation": {
            "type": "object",
            "required": ["@context", "id", "type", "target"],
            "additionalProperties": False,
            "properties": {
                "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
                "id": IRI,
                "type": {"const": "Annotation"},
                "motivation": {"$ref": "#/$defs/motivation"},
                "body": {"type": "array", "items": {"$ref": "#/$defs/textual"}},
                "target": {
                    "type": "object",
                    "required": ["source", "selector"],
                    "properties": {
                        "type": {"const": "SpecificResource"},
                        "source": IRI,
                        "selector": {"type": "array", "items": {"oneOf": [
                            {"$ref": "#/$defs/quote"}, {"$ref": "#/$defs/position"},
                        ]}},
                    },
                },
            },
        },
        "motivation": {"enum": [
            "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting",
            "identifying", "linking", "moderating", "questioning", "replying", "tagging",
        ]},
        "textual": {
            "type": "object",
            "required": ["type", "value"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "TextualBody"},
                "value": {"type": "string"},
                "format": {"type": "string"},
                "purpose": {"$ref": "#/$defs/motivation"},
            },
        },
        "quote": {
            "type": "object",
            "required": ["type", "exact"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "TextQuoteSelector"},
                "exact": {"type": "string", "minLength": 1},
                "prefix": {"type": "string"},
                "suffix": {"type": "string"},
            },
        },
        "position": {
            "type": "object",
            "required": ["type", "start", "end"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "TextPositionSelector"},
                "start": {"type": "integer", "minimum": 0},
                "end": {"type": "integer", "minimum": 0},
            },
        },
    },
}  # fmt: skip
"""What is used of the Web Annotation Data Model (W3C Recommendation, 23 February 2017, sections 3 to 5)."""

TEXT = {"type": "string"}
TAGS = {"type": "array", "items": {"type": "object", "required": ["name"], "properties": {"name": TEXT}}}
MISP = {
    "type": "object",
    "required": ["Event"],
    "properties": {
        "Event": {
            "type": "object",
            "required": ["date", "threat_level_id", "info", "published", "analysis", "distribution", "Attribute"],
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(("uuid", "info", "timestamp"), TEXT),
                "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
                "threat_level_id": {"enum": ["1", "2", "3", "4"]},
                "analysis": {"enum": ["0", "1", "2"]},
                "distribution": {"enum": ["0", "1", "2", "3", "4"]},
                "published": {"type": "boolean"},
                "Tag": TAGS,
                "Attribute": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type", "category", "value"],
                        "additionalProperties": False,
                        "properties": {
                            **dict.fromkeys(("uuid", "value", "comment"), TEXT),
                            "type": {"enum": ["text", "link", "comment", "url", "other"]},
                            "category": {"enum": ["External analysis"]},
                            "distribution": {"enum": ["0", "1", "2", "3", "4", "5"]},
                            "to_ids": {"type": "boolean"},
                            "Tag": TAGS,
                        },
                    },
                },
            },
        }
    },
}
"""MISP core format, as PyMISP's `schema.json` has it, with the values that the MISP core format draft allows."""

ADMIRALTY = {"source-reliability": "abcdef", "information-credibility": "123456"}
"""misp-taxonomies, `admiralty-scale/machinetag.json`."""


def properties(kind: str) -> dict[str, str]:
    own = SCHEMA_ORG[kind]
    return {**properties(PARENTS[kind]), **own} if kind in PARENTS else own


def ancestry(kind: str) -> list[str]:
    return [kind, *(ancestry(PARENTS[kind]) if kind in PARENTS else [])]


def hold_to_schema_org(node: Any, expected: str) -> None:
    if isinstance(node, list):
        for one in node:
            hold_to_schema_org(one, expected)
    elif expected in ("text", "url", "date"):
        assert isinstance(node, str)
        assert expected != "url" or node.startswith(("http://", "https://"))
    elif expected == "number":
        assert isinstance(node, int | float)
    else:
        kind = node["@type"]
        allowed = ["Person", "Organization"] if expected == "agent" else [expected]
        assert set(ancestry(kind)) & set(allowed), f"{kind} is no {expected}"
        for name, value in node.items():
            if not name.startswith("@"):
                hold_to_schema_org(value, properties(kind)[name])


def test_every_gold_claim_is_a_claimreview() -> None:
    for found in all_verdicts():
        review = export.to_claimreview(found)
        assert review["@context"] == "https://schema.org"
        hold_to_schema_org(review, "ClaimReview")
        rating = review["reviewRating"]
        if found.label is Label.NOT_ENOUGH_EVIDENCE:
            assert "ratingValue" not in rating
        else:
            assert rating["worstRating"] <= rating["ratingValue"] == export.RATINGS[found.label] <= rating["bestRating"]


def test_the_first_appearance_is_the_origin_and_the_others_are_relays() -> None:
    found = verdict("dam-crack-01")
    claim = export.to_claimreview(found)["itemReviewed"]
    assert claim["firstAppearance"]["identifier"] == "dam-crack/orvel-wire-0412"
    others = {work["identifier"] for work in claim["appearance"]}
    carrying = {e.document.doc_id for e in found.evidence if e.stance is Stance.SUPPORTS}
    assert others | {"dam-crack/orvel-wire-0412"} == carrying and "dam-crack/orvel-wire-0412" not in others
    refuting = {work["identifier"] for work in export.to_claimreview(found)["citation"]}
    assert refuting == {e.document.doc_id for e in found.evidence if e.stance is Stance.REFUTES}


def test_every_citation_is_an_annotation_that_selects_its_words() -> None:
    validator = Draft202012Validator(ANNOTATIONS)
    for found in all_verdicts():
        collection = export.to_annotations(found)
        validator.validate(collection)
        items = collection["first"]["items"] if "first" in collection else []
        assert len(items) == collection["total"] == len(found.evidence)
        assert len({item["id"] for item in items}) == len(items)
        for item, evidence in zip(items, ordered(found), strict=True):
            quote, position = item["target"]["selector"]
            text = documents()[evidence.citation.doc_id].text
            assert text[position["start"] : position["end"]] == quote["exact"]
            assert quote["prefix"] + quote["exact"] + quote["suffix"] in text


def test_every_gold_claim_is_a_misp_event_in_the_admiralty_scale() -> None:
    validator = Draft4Validator(MISP)
    for found in all_verdicts():
        event = export.to_misp(found)
        validator.validate(event)
        tags = [t["name"] for t in event["Event"]["Tag"]]
        tags += [t["name"] for a in event["Event"]["Attribute"] for t in a["Tag"]]
        for tag in tags:
            predicate, value = tag.removeprefix("admiralty-scale:").split("=")
            assert value.strip('"') in ADMIRALTY[predicate]
        for attribute in event["Event"]["Attribute"]:
            assert uuid.UUID(attribute["uuid"]).version == 5
    assert f'information-credibility="{found.credibility}"' in event["Event"]["Tag"][0]["name"]


def test_a_reliability_that_the_user_gave_is_in_the_tags() -> None:
    found = verdict("dam-crack-01").model_copy(update={"reliability": {"lindqvast": "B"}})
    tags = {t["name"] for a in export.to_misp(found)["Event"]["Attribute"] for t in a["Tag"]}
    assert 'admiralty-scale:source-reliability="b"' in tags
    assert 'admiralty-scale:source-reliability="f"' in tags


def test_links_go_to_the_web_only() -> None:
    found = verdict("dam-crack-01")
    bad = [
        e.model_copy(update={"document": e.document.model_copy(update={"url": "javascript:alert(1)"})})
        for e in found.evidence
    ]
    hostile = found.model_copy(update={"evidence": tuple(bad)})
    for format_ in ("claimreview", "annotations", "misp"):
        assert "javascript:" not in export.write([hostile], format_)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_a_verdict_and_a_row_a_citation() -> None:
    every = all_verdicts()
    read = rows(export.write(every, "csv"))
    assert [row["claim"] for row in read] == [found.claim.text for found in every]
    assert [row["label"] for row in read] == [found.label.value for found in every]
    cited = rows(export.write(every, "csv-evidence"))
    assert len(cited) == sum(len(found.evidence) for found in every)
    row = cited[0]
    assert documents()[row["doc_id"]].text[int(row["start"]) : int(row["end"])] == row["quote"].removeprefix("'")


@given(st.text(st.sampled_from("=+-@\t\r\n ＝ａ1\"',;|"), min_size=1, max_size=12))
def test_no_cell_begins_a_formula(text: str) -> None:
    found = verdict("dam-crack-01")
    hostile = found.model_copy(update={"claim": found.claim.model_copy(update={"text": text}), "rationale": text})
    for format_ in ("csv", "csv-evidence"):
        for row in rows(export.write([hostile], format_)):
            assert row["claim"] in (text, f"'{text}")
            for name in ("claim", "rationale", "quote", "via"):
                assert not row.get(name, "").lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_json_lines_come_back_as_they_were() -> None:
    every = all_verdicts()
    back, problems = export.read(export.write(every, "jsonl").splitlines())
    assert back == every and not problems


def test_lines_that_hold_no_verdict_are_listed() -> None:
    found = verdict("dam-crack-01")
    lines = [
        json.dumps({"status": "ok", "verdict": found.model_dump(mode="json")}),
        json.dumps({"status": "error", "error": "the model is away"}),
        "{torn",
        "[1]",
        "[" * 100_000,
        "",
    ]
    back, problems = export.read(lines, path="v.jsonl")
    assert back == [found]
    assert [problem.line for problem in problems] == [2, 3, 4, 5]
    assert "v.jsonl:2: " in str(problems[0]) and "the model is away" in str(problems[0])


@pytest.mark.parametrize("format_", list(export.FORMATS))
def test_several_verdicts_make_one_file_and_the_same_verdicts_the_same_file(format_: str) -> None:
    every: list[Verdict] = all_verdicts()[:3]
    text = export.write(every, format_)
    assert text == export.write(every, format_)
    assert export.write([], format_) is not None
    if format_ not in ("csv", "csv-evidence", "jsonl"):
        json.loads(text)
        json.loads(export.write([], format_))
    if format_ == "claimreview":
        assert len(json.loads(text)["@graph"]) == 3


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match="claimreview, annotations, misp"):
        export.write([], "pdf")
