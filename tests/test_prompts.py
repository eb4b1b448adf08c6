from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from triage import prompts
from triage.cli import main
from triage.errors import PromptError
from triage.readers import chat
from triage.settings import data_path

FOLDER = data_path("prompts")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "prompts"))


def write(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


DRAFT = """---
id: {name}
parent: reading/v1
why: to try something
fields: [passage, stance, quote]
---
## system

{system}

## user

{user}
"""


@pytest.mark.parametrize("name", prompts.ids())
def test_every_prompt_is_released_and_as_it_was(name: str) -> None:
    prompt = prompts.get(name)
    assert prompts.lock()[name] == prompt.sha256, f"prompt {name} was changed after its release: write a new version"
    assert len(prompt.why) > 60
    assert prompt.parent is None or prompt.parent in prompts.ids()


def test_the_lock_holds_nothing_else() -> None:
    assert set(prompts.lock()) == set(prompts.ids())


def test_tasks_have_a_folder_each() -> None:
    tasks = {name.split("/")[0] for name in prompts.ids()}
    assert tasks == {"attribution", "decisions", "decompose", "explain", "one-shot", "reading"}


def test_reading_prompts_differ_in_kind() -> None:
    readings = [prompts.get(name) for name in prompts.ids() if name.startswith("reading/")]
    assert len(readings) >= 3
    assert len({prompt.fields for prompt in readings}) == len(readings)
    for prompt in readings:
        order = list(chat.schema(prompt)["properties"]["readings"]["items"]["properties"])
        assert order == list(prompt.fields)


def test_a_changed_character_names_the_prompt(copy: Path) -> None:
    path = copy / "reading" / "v2.md"
    path.write_text(path.read_text("utf-8").replace("one at a time", "one at a Time"), "utf-8")
    with pytest.raises(PromptError, match=r"prompt reading/v2: .*changed after its release") as caught:
        prompts.get("reading/v2", folder=copy)
    assert caught.value.prompt_id == "reading/v2"


def test_rendering_checks_the_variables_first() -> None:
    prompt = prompts.get("reading/v1")
    with pytest.raises(PromptError, match=r"reading/v1: the variable \$boundary, \$numbers, \$passages is not given"):
        prompt.render(claim="The dam cracked.")
    given = dict.fromkeys(prompt.variables, "x")
    with pytest.raises(PromptError, match=r"no variable \$speaker"):
        prompt.render(**given, speaker="Anna")


def test_rendering_leaves_dollars_of_values_alone_and_keeps_the_system_message_clean() -> None:
    prompt = prompts.get("reading/v1")
    values = {**dict.fromkeys(prompt.variables, "x"), "passages": "It cost $5 and $claim"}
    (_, system), (_, user) = prompt.render(**values)
    assert "It cost $5 and $claim" in user
    assert system == prompt.system


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no front matter", "front matter"),
        (DRAFT.format(name="reading/v9", system="Judge $claim", user="x"), "system section has a variable"),
        (DRAFT.format(name="reading/v9", system="s", user="costs $ 5"), "write '\\$\\$'"),
        (DRAFT.format(name="reading/v9", system="", user="x"), "lacks the section '## system'"),
        (DRAFT.format(name="reading/v8", system="s", user="x"), "front matter calls it reading/v8"),
        (DRAFT.format(name="Reading 9", system="s", user="x"), "prompt_id"),
        ("---\nid: [\n---\n## system\ns\n## user\nx", "is no prompt"),
    ],
)
def test_a_file_that_is_no_prompt_says_why(copy: Path, text: str, reason: str) -> None:
    write(copy, "reading/v9", text)
    with pytest.raises(PromptError, match=reason):
        prompts.get("reading/v9", folder=copy)


def test_an_unknown_prompt_lists_those_there_are() -> None:
    with pytest.raises(PromptError, match=r"no such prompt; there are: .*reading/v1"):
        prompts.get("reading/v99")


def test_a_draft_can_be_read_by_path_and_released_once(copy: Path) -> None:
    draft = DRAFT.format(name="reading/v9", system="s", user="$claim")
    write(copy, "reading/v9", draft)
    assert prompts.get(str(copy / "reading" / "v9.md")).prompt_id == "reading/v9"
    assert prompts.release(folder=copy) == ["reading/v9"]
    assert prompts.release(folder=copy) == []
    locked = json.loads((copy / "lock.json").read_text("utf-8"))
    assert locked == {**prompts.lock(), "reading/v9": prompts.get("reading/v9", folder=copy).sha256}
    write(copy, "reading/v9", draft.replace("$claim", "$claim!"))
    with pytest.raises(PromptError, match="reading/v9"):
        prompts.release(folder=copy)


def test_line_ends_of_a_checkout_do_not_matter(copy: Path) -> None:
    path = copy / "reading" / "v1.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert prompts.get("reading/v1", folder=copy) == prompts.get("reading/v1")


def test_show_and_diff() -> None:
    assert prompts.get("reading/v3").sha256 in prompts.show("reading/v3")
    assert prompts.diff("reading/v1", "reading/v1") == ""
    changes = prompts.diff("reading/v1", "reading/v2")
    assert changes.startswith("--- reading/v1\n+++ reading/v2\n")
    assert "-fields: passage, stance, quote, said_by, cue" in changes


def test_a_reading_prompt_with_fields_that_nobody_knows_is_refused() -> None:
    prompt = prompts.get("reading/v1").model_copy(update={"fields": ("passage", "stance", "quote", "mood")})
    with pytest.raises(PromptError, match=r"unknown fields \['mood'\]"):
        chat.schema(prompt)
    with pytest.raises(PromptError, match=r"lacks the fields \['quote'\]"):
        chat.schema(prompt.model_copy(update={"fields": ("passage", "stance")}))


def test_the_verbs_list_show_and_compare(capsys: pytest.CaptureFixture[str]) -> None:
    for args, part in (
        (["prompts"], "reading/v2"),
        (["prompts", "show", "reading/v3"], prompts.get("reading/v3").system),
        (["prompts", "diff", "reading/v1", "reading/v2"], "+++ reading/v2"),
        (["prompts", "release"], "nothing new"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(args)
        assert ended.value.code in (0, None)
        assert part in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["prompts", "show", "reading/v99"])
    assert ended.value.code == 2
    assert "no such prompt" in capsys.readouterr().err
