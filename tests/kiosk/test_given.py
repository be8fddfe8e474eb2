"""What the tablet was given to ask, and what it tells staff and technicians."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.bundle import Ward
from feedback.log import BUNDLE, SYNC_STATUS, Log
from feedback.short_words import short_words
from kiosk import ready
from kiosk.ready import Holder
from kiosk.staff import PHRASES, staff_phrase

WARDS = (Ward("W12", "Ward 12"), Ward("W13", "Ward 13"))


def other_process(log):
    """The sync agent's own connection to the same file."""
    return Log.open(log.path)


def test_a_new_tablet_says_what_to_type_and_begins_by_itself(open_kiosk, central):
    kiosk = open_kiosk(bundle=False)
    assert kiosk.screen == "setup"
    said = kiosk.texts()
    command = f"WARDVOICE_LOG={kiosk.log.path} wardvoice-sync enrol CODE --central URL"
    assert command in said
    assert any("wardvoice-central enrol-code" in text for text in said)
    assert short_words(kiosk.log.public_key) in said
    with other_process(kiosk.log) as agent:
        central.deliver(agent)
    kiosk.wait_s(3)
    assert kiosk.screen == "welcome"


def test_one_of_several_wards_must_be_named(open_kiosk, central):
    central.wards = WARDS
    kiosk = open_kiosk()
    assert any("WARDVOICE_KIOSK_WARD to one of: W12, W13" in t for t in kiosk.texts())
    assert "Ward 13" in open_kiosk(ward="W13").texts()


def test_a_bundle_that_nobody_signed_is_refused_in_words(open_kiosk, central, log):
    central.deliver(log)
    log.set_note(BUNDLE, log.note(BUNDLE).replace("Northmoor", "Southmoor"))
    kiosk = open_kiosk(bundle=False)
    assert any("not signed by the right key" in text for text in kiosk.texts())


def test_a_new_bundle_waits_until_the_visit_is_over(kiosk, central):
    kiosk.tap("start")
    central.wards = (Ward("W12", "Ward 12 East"),)
    with other_process(kiosk.log) as agent:
        central.deliver(agent, version=2)
    kiosk.wait_s(5)
    kiosk.tap("option-patient")
    assert "Ward 12: Older people’s medicine" in kiosk.texts()
    kiosk.tap("stop")
    kiosk.tap("done")
    kiosk.wait_s(3)
    assert "Ward 12 East" in kiosk.texts()


def test_a_ward_asks_its_own_survey_from_the_next_visit_on(kiosk, central):
    """A visit ends on the survey that it began with."""
    kiosk.tap("start")
    central.wards = (Ward("W12", "Ward 12", survey="children@1"),)
    with other_process(kiosk.log) as agent:
        central.deliver(agent, version=2)
    kiosk.wait_s(5)
    kiosk.tap("option-patient")
    kiosk.tap("stop")
    kiosk.tap("done")
    kiosk.wait_s(3)
    assert "For children and young people" in " ".join(kiosk.texts())
    kiosk.tap("start")
    visits = {}
    for row in kiosk.log.after(0, 100):
        visits.setdefault(row.response, set()).add(row.survey)
    assert list(visits.values()) == [{"inpatient@2"}, {"children@1"}]


def test_on_a_tablet_for_several_wards_each_asks_its_own(log, central):
    central.wards = (
        Ward("W12", "Ward 12"),
        Ward("W13", "Ward 13", survey="children@1", also=("inpatient@2",)),
    )
    central.deliver(log)
    of = {code: Holder(log, code).look() for code in ("W12", "W13")}
    assert of["W12"].survey.name == "inpatient@2"
    assert of["W13"].survey.name == "children@1"
    assert of["W13"].offered == ("children@1", "inpatient@2")


def test_a_broken_or_older_bundle_changes_nothing(kiosk, central):
    central.wards = (Ward("W12", "Another name"),)
    with other_process(kiosk.log) as agent:
        central.deliver(agent, version=1)
        kiosk.wait_s(3)
        agent.set_note(BUNDLE, "{")
    kiosk.wait_s(3)
    assert kiosk.screen == "welcome"
    assert "Ward 12: Older people’s medicine" in kiosk.texts()


def test_a_bundle_that_was_seen_is_not_checked_again(log, central, monkeypatch):
    checks = []
    newer = ready.newer
    monkeypatch.setattr(
        ready, "newer", lambda *given: checks.append(given) or newer(*given)
    )
    central.deliver(log)
    holder = Holder(log, "")
    first = holder.look()
    with other_process(log) as agent:
        for turn in range(3):
            agent.set_note(SYNC_STATUS, json.dumps({"state": "well", "turn": turn}))
            assert holder.look() == first
        assert len(checks) == 1
        central.deliver(agent, version=2)
        assert holder.look().bundle.version == 2
    assert len(checks) == 2


# ── what staff must do ───────────────────────────────────────────────────────


def staff_lines(kiosk) -> list[str]:
    return [text for text in kiosk.texts() if text.startswith("Staff:")]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("fork", "needs to be enrolled again. Answers are kept."),
        ("unknown", "needs a new enrolment code. Answers are kept."),
        ("version", "the central system needs an update."),
    ],
)
def test_staff_are_told_what_waits_for_them_and_patients_go_on(kiosk, state, said):
    assert staff_lines(kiosk) == []
    with other_process(kiosk.log) as agent:
        agent.set_note(SYNC_STATUS, json.dumps({"state": state, "words": "Long ago."}))
    kiosk.wait_s(3)
    [line] = staff_lines(kiosk)
    assert said in line
    kiosk.tap("start")
    assert staff_lines(kiosk) == []
    kiosk.tap("option-patient")
    assert kiosk.rows()[-1] == ("_who", "patient")


def test_the_line_goes_when_the_tablet_is_enrolled_again(kiosk):
    with other_process(kiosk.log) as agent:
        agent.set_note(SYNC_STATUS, json.dumps({"state": "fork"}))
        kiosk.wait_s(3)
        assert staff_lines(kiosk)
        agent.set_note(SYNC_STATUS, json.dumps({"state": "enrolled"}))
    kiosk.wait_s(3)
    assert staff_lines(kiosk) == []


ASKED_OF_PATIENTS = 'ask_if = [{ question = "_who", any_of = ["patient"] }]'
ODD_SURVEYS = {
    "a step of the map for some only": lambda text: text.replace(
        'step = "arrival"', f'step = "arrival"\n{ASKED_OF_PATIENTS}', 1
    ),
    "nothing that a speaker has checked": lambda text: text.replace(
        'reviewed = ["en"]', "reviewed = []"
    ),
    "a language of which it has no letters": lambda text: text.replace(
        '"so", ', '"so", "fr", ', 1
    ).replace('reviewed = ["en"]', 'reviewed = ["en", "fr"]').replace(
        "[words.cy]", french(text) + "[words.cy]", 1
    ),
    "faces that it has not": lambda text: text.replace(
        'face = "very_', 'face = "smiling_very_'
    ),
    "a scale without faces": lambda text: "\n".join(
        line for line in text.split("\n") if not line.startswith("face = ")
    ),
}  # fmt: skip


def french(text):
    """The Somali words under another name: a whole language."""
    start = text.index("[words.so]")
    end = text.find("[words.", start + 1)
    return text[start : end if end > 0 else len(text)].replace("so]", "fr]", 1) + "\n"


@pytest.mark.parametrize("odd", ODD_SURVEYS)
def test_whatever_central_signs_the_tablet_goes_on(open_kiosk, central, odd):
    central.edit = ODD_SURVEYS[odd]
    kiosk = open_kiosk()
    while kiosk.app._build_ahead(0):
        pass
    kiosk.tap("language" if "language" in kiosk.targets() else "start")
    assert "language-fr" not in kiosk.targets()
    if kiosk.screen == "welcome":
        kiosk.tap("close")
        kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("option-good")
    assert kiosk.screen == "map"
    kiosk.tap("stop")
    assert ("_end", "left") in kiosk.rows()


def test_only_the_languages_of_the_visits_own_survey_are_offered(open_kiosk, central):
    central.edit = lambda text: (
        text[: text.index("[words.")].replace(
            text[text.index("languages = [") : text.index("\nreviewed")],
            'languages = ["en"]',
        )
        if 'id = "children"' in text
        else text
    )
    kiosk = open_kiosk()
    kiosk.tap("start-children@1")
    kiosk.tap("language")
    assert [mark for mark in kiosk.targets() if mark.startswith("language-")] == [
        "language-en"
    ]


@pytest.mark.parametrize("state", ["not_enrolled", "enrolled", "well", "trying"])
def test_what_heals_by_itself_is_no_work_for_staff(state):
    assert staff_phrase(json.dumps({"state": state})) == ""


@pytest.mark.parametrize(
    "note",
    [
        *(None, "", "{", "[]", "null", "1", '"fork"', "{}", "\ud800", "[" * 100_000),
        *('{"state": ["fork"]}', '{"state": {}}', '{"state": null}', '{"state": 4}'),
    ],
)
def test_a_broken_note_says_nothing(note):
    assert staff_phrase(note) == ""


@given(st.text() | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_no_note_can_stop_the_kiosk(note):
    assert staff_phrase(note) in ("", *PHRASES.values())
