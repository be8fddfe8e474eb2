"""How does a database put those first who ask for something?

As a day's page does (`asks_first`), for a time whose words are read by the page.
"""

from __future__ import annotations

from collections.abc import Iterable

from central.summaries.choosing import BAD, FACES, Word, likened_values, marks
from central.summaries.day import NEITHER, ORDER
from central.summaries.steps import journey
from feedback.survey import FFT, Survey


def asking_first(
    sql: str, words: Iterable[Word], surveys: Iterable[Survey]
) -> tuple[str, list[Word], str]:
    """The people of `people_who_wrote` with how they rated it, what stands for each %s,
    and the ORDER BY."""
    every = list(surveys)
    rank, rank_words = _rank(every)
    bad, bad_words = _felt_bad(every)
    people = f"SELECT p.*, {rank} AS rating, {bad} AS bad FROM ({sql}) AS p"
    rating = (
        f"CASE WHEN added = 1 AND rating > {NEITHER} THEN {NEITHER} ELSE rating END"
    )
    order = f"calm, {rating}, better DESC, bad DESC, day DESC, began DESC, response"
    return people, [*rank_words, *bad_words, *words], order


def _rank(surveys: list[Survey]) -> tuple[str, list[Word]]:
    apart = [one.name for one in surveys if not one.is_national]
    cases, words = [], list[Word]()
    for like, place in ORDER.items():
        cases.append(
            f"WHEN t.question = %s AND t.survey NOT IN ({marks(apart)}) "
            f"AND t.value = %s THEN {place}"
        )
        words += [FFT, *apart, like]
    for survey, question, value, like in likened_values(surveys):
        cases.append(
            "WHEN t.survey = %s AND t.question = %s AND t.value = %s "
            f"THEN {ORDER[like]}"
        )
        words += [survey, question, value]
    asked = sorted({FFT, *(one[1] for one in likened_values(surveys))})
    return (
        f"COALESCE((SELECT MIN(CASE {' '.join(cases)} END) FROM summaries_standing t "
        f"WHERE t.response = p.response AND t.question IN ({marks(asked)})), "
        f"{ORDER['']})",
        [*words, *asked],
    )


def _felt_bad(surveys: list[Survey]) -> tuple[str, list[Word]]:
    steps, faces = list(journey(surveys)), list(FACES[BAD])
    return (
        "(SELECT COUNT(*) FROM (SELECT 1 FROM summaries_standing t "
        f"WHERE t.response = p.response AND t.question IN ({marks(steps)}) "
        f"AND t.value IN ({marks(faces)}) LIMIT 1) AS felt)",
        [*steps, *faces],
    )
