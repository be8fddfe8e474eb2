"""How does a survey of ours read as a SurveyJS page?

The same questions in the same languages and order: a start page with the languages on
it, one question a page, the map's steps on one page, a thank-you with a button that
begins anew. Only what SurveyJS does by itself is asked of it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from feedback.survey import (
    CHOICE,
    COMMENT,
    FEELINGS,
    MAP,
    RATING,
    Condition,
    Option,
    Question,
    Survey,
    Wording,
)

# SurveyJS calls English `default`, and Chinese by its country.
LOCALES = {"en": "default", "zh-Hans": "zh-cn"}
COMMENT_CHARS = 1000

Element = dict[str, Any]


def survey_page(survey: Survey, phrases: Mapping[str, Wording]) -> Element:
    """The survey as SurveyJS reads it. `phrases`: what the kiosk itself says."""
    return {
        "title": words(survey.title),
        "firstPageIsStartPage": True,
        "startSurveyText": words(phrases["start"]),
        "autoAdvanceEnabled": True,
        "autoAdvanceAllowComplete": True,
        "showQuestionNumbers": "off",
        "showProgressBar": True,
        # The map is longer than the screen: its button must not lie below it.
        "navigationButtonsLocation": "topBottom",
        "pages": [_start_page(survey, phrases), *_pages(survey)],
        "completedHtml": "<h3>Thank you</h3>"
        + _button("done", "window.again()", "Done"),
    }


def words(wording: Wording) -> dict[str, str]:
    return {LOCALES.get(language, language): said for language, said in wording.items()}


def _start_page(survey: Survey, phrases: Mapping[str, Wording]) -> Element:
    buttons = "".join(
        _button(f"language-{one}", f"window.speak('{_locale(one)}')", name)
        for one in survey.languages
        for name in [phrases["name"][one]]
    )
    first, second = words(phrases["no_name"]), words(phrases["not_watched"])
    text = {
        locale: f"<p>{html.escape(said)}</p><p>{html.escape(second[locale])}</p>"
        for locale, said in first.items()
    }
    languages = f'<div class="languages">{buttons}</div>'
    said = {locale: both + languages for locale, both in text.items()}
    welcome = {"type": "html", "name": "welcome", "html": said}
    return {"name": "start", "elements": [welcome]}


def _locale(language: str) -> str:
    return "en" if language == "en" else LOCALES.get(language, language)


def _button(mark: str, action: str, text: str) -> str:
    said = html.escape(text)
    return f'<button id="{mark}" onclick="{action}">{said}</button>'


def _pages(survey: Survey) -> list[Element]:
    pages: list[Element] = []
    on_map: list[Element] = []
    for question in survey.questions:
        element = _element(question)
        if question.page != MAP:
            pages.append({"name": f"page-{question.key}", "elements": [element]})
            continue
        if not on_map:
            title = words(survey.map)
            pages.append({"name": MAP, "title": title, "elements": on_map})
        on_map.append(element)
    return pages


def _element(question: Question) -> Element:
    element: Element = {
        "name": question.key,
        "title": words(question.wording),
        **_KINDS[question.kind](question),
    }
    conditions = [*map(_condition, question.ask_if), _offers(question.options)]
    if condition := " and ".join(filter(None, conditions)):
        element["visibleIf"] = condition
    return element


def _rating(question: Question) -> Element:
    if question.page == MAP:
        choices = [_choice(option, "text") for option in reversed(question.options)]
        return {"type": "rating", "rateType": "smileys", "rateValues": choices}
    choices = [
        {**_choice(option, "text"), "imageLink": f"faces/{option.face}.png"}
        for option in question.options
    ]
    looks = {"showLabel": True, "imageWidth": 120, "imageHeight": 120}
    return {"type": "imagepicker", "choices": choices, **looks}


def _chosen(question: Question) -> Element:
    return {"type": "radiogroup", "choices": [_choice(o) for o in question.options]}


def _felt(question: Question) -> Element:
    return {"type": "checkbox", "choices": [_choice(o) for o in question.options]}


def _comment(_: Question) -> Element:
    return {"type": "comment", "maxLength": COMMENT_CHARS}


def _choice(option: Option, text: str = "text") -> Element:
    choice: Element = {"value": option.key, text: words(option.wording)}
    if option.needs:
        choice["visibleIf"] = f"{{{option.needs}}} notempty"
    return choice


def _offers(options: tuple[Option, ...]) -> str:
    """When there is an option to choose; empty: always."""
    needs = [option.needs for option in options]
    return _any_answered(needs) if needs and all(needs) else ""


def _any_answered(keys: Iterable[str]) -> str:
    return "(" + " or ".join(f"{{{key}}} notempty" for key in keys) + ")"


def _condition(condition: Condition) -> str:
    if condition.said:
        return _any_answered(condition.said)
    wanted, refused = list(condition.any_of), list(condition.none_of)
    parts = [f"{{{condition.question}}} anyof {wanted}"] if wanted else []
    if refused:
        parts.append(f"not ({{{condition.question}}} anyof {refused})")
    return " and ".join(parts)


_KINDS = {RATING: _rating, CHOICE: _chosen, FEELINGS: _felt, COMMENT: _comment}
