"""What does the database hold of a ward's weeks and months?

Grouped where it lies, so that a page costs what it shows and not what was said. As in
reading.py every query names one ward, and reads only responses that count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from central.comments.models import OPENED, Comment
from central.summaries.choosing import Word
from central.summaries.models import Standing
from central.summaries.period import Came, Grouped
from central.summaries.steps import OWN_CHARS
from central.summaries.trend import Tally
from feedback.seal import SEALED
from feedback.survey import COMMENT, Survey


@dataclass(frozen=True, slots=True)
class Span:
    """A ward's days, the last one included."""

    ward: str
    first: date
    last: date

    @property
    def words(self) -> tuple[str, str, str]:
        return (self.ward, self.first.isoformat(), self.last.isoformat())

    def standing(self) -> QuerySet[Standing]:
        return Standing.objects.filter(
            ward=self.ward, counts=True, day__range=(self.first, self.last)
        )


def came_in(span: Span) -> list[Came]:
    """Who answered anything but our own questions."""
    rows = (
        span.standing()
        .exclude(question__startswith="_")
        .order_by()
        .values_list("survey", "mode", "day")
        .annotate(people=Count("response", distinct=True))
    )
    return [Came(*row) for row in rows]


def grouped_in(span: Span, surveys: Iterable[Survey]) -> list[Grouped]:
    """How many gave each value, of all these surveys' questions but the comments."""
    keys = {one.key for s in surveys for one in s.questions if one.kind != COMMENT}
    rows = (
        span.standing()
        .filter(question__in=[key for key in keys if not key.startswith("_")])
        .order_by()
        .values_list("survey", "question", "value")
        .annotate(people=Count("response"))
    )
    return [Grouped(*row) for row in rows]


def tallies_in(
    span: Span, questions: Iterable[str], surveys: Iterable[str]
) -> list[Tally]:
    """How many gave each value by day, of these surveys' questions."""
    rows = (
        span.standing()
        .filter(question__in=list(questions), survey__in=list(surveys))
        .order_by()
        .values_list("day", "question", "value")
        .annotate(people=Count("response"))
    )
    return [Tally(*row) for row in rows]


def answered_by_day(
    span: Span, question: str, surveys: Iterable[str]
) -> dict[date, int]:
    """How many people said anything to this question, by day: an added comment is of
    the same person."""
    rows = (
        span.standing()
        .filter(Q(question=question) | Q(question__startswith=f"{question}."))
        .filter(survey__in=list(surveys))
        .order_by()
        .values_list("day")
        .annotate(people=Count("response", distinct=True))
    )
    return dict(rows)


def moved_in(span: Span) -> int:
    """How many people's answers may be of another time."""
    moved = span.standing().filter(moved=True).exclude(question__startswith="_")
    return moved.values("response").distinct().count()


def closed_in(span: Span) -> int:
    """How many comments of this time could not be opened."""
    if not Comment.objects.exclude(trouble=OPENED).exists():
        return 0
    # From the ward's own words: when a key is missing, those of every ward are closed.
    sql = f"SELECT COUNT(*) {_STANDING} AND {_SEALED} AND c.trouble <> ''"
    ((count,),) = _rows(sql, span.words)
    return int(count)


# ── words ────────────────────────────────────────────────────────────────────

_OF_SPAN = "s.ward = %s AND s.counts AND s.day BETWEEN %s AND %s"
_STANDING = f"""
  FROM summaries_standing s
  LEFT JOIN comments_comment c ON c.device = s.device AND c.seq = s.seq
 WHERE {_OF_SPAN}"""

_SEALED = rf"s.value LIKE '{SEALED}%%' ESCAPE '\'"
_OWN = (
    r"(s.question LIKE '%%\_own' ESCAPE '\' OR s.question LIKE '%%\_own.%%' ESCAPE '\')"
)
# The condition of the index standing_words, in its own terms: a database sees that a
# query asks for no other rows when it reads the same there.
_WORDS = (
    rf"({_SEALED} OR s.value = 'erased' "
    r"OR s.question LIKE '\_concern%%' ESCAPE '\')"
)
_OPENED = "c.trouble = ''"
_BETTER = "s.question LIKE 'better%%'"
# A comment that was added, of whatever question: `better.2`.
_ADDED = "s.question LIKE '%%.%%'"
# Short enough to stand among the words of its step (`is_word`).
_SHORT = f"({_OPENED} AND length(c.text) <= {OWN_CHARS} AND c.text NOT LIKE %s)"
_A_LINE_BREAK = "%\n%"


# What a collector heard, unless a device has erased even that.
_HEARD = (
    r"(s.value <> 'erased' AND (s.question = '_concern' "
    r"OR s.question LIKE '\_concern.%%' ESCAPE '\'))"
)
_CALLS = f"(c.concerns <> '' OR {_HEARD})"


def own_in(span: Span) -> list[Grouped]:
    """The words of people's own, unless someone's words may call for help: those are
    read with everything that they wrote."""
    # Whose they are is found once, however many rows the database believes there are:
    # asked of each row (NOT EXISTS), PostgreSQL reads all rows again for each of a ward
    # that was filled in the last minute.
    calling = f"SELECT s.response {_STANDING} AND {_WORDS} AND {_CALLS}"
    sql = f"""
SELECT s.survey, s.question, c.text, COUNT(*) {_STANDING}
   AND {_SEALED} AND s.question LIKE '%%\\_own' ESCAPE '\\' AND {_SHORT}
   AND c.text <> '' AND s.response NOT IN ({calling})
 GROUP BY s.survey, s.question, c.text"""
    return [
        Grouped(*row) for row in _rows(sql, [*span.words, _A_LINE_BREAK, *span.words])
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose words: those who answered one of these questions, or chose this value for
    one (as `why_step` does); of all people when both are empty."""

    questions: tuple[str, ...] = ()
    chose: tuple[str, str] | None = None


ANYTHING = Asked()


def people_who_wrote(
    span: Span,
    names: Iterable[str],
    asked: Asked = ANYTHING,
    chosen: tuple[str, Sequence[Word]] = ("", ()),
) -> tuple[str, list[Word]]:
    """SQL for the responses with something to read, as on the ward's day (`voice_of`);
    `names` are the questions whose words are for the staff who come; `chosen` is what
    `where_chosen` says."""
    hidden = list(names)
    is_hidden, hidden_words = _is_one_of("s.question", hidden)
    where, where_words = _asked(asked)
    where, where_words = f"{where} {chosen[0]}", [*where_words, *chosen[1]]
    is_remark = f"({_SEALED} AND NOT {is_hidden} AND NOT {_OWN})"
    is_own = f"({_SEALED} AND NOT {is_hidden} AND {_OWN})"
    is_here = f"({_SEALED} OR s.value = 'erased')"
    sql = f"""
SELECT s.response, MIN(s.day) AS day, MIN(s.began_at) AS began,
       MIN(CASE WHEN {_CALLS} THEN 0 ELSE 1 END) AS calm,
       MAX(CASE WHEN {_SEALED} AND {_BETTER} THEN 1 ELSE 0 END) AS better,
       MAX(CASE WHEN {is_remark} AND {_ADDED} THEN 1 ELSE 0 END) AS added {_STANDING}
   AND {_WORDS} AND ({is_here} OR {_HEARD}) {where}
 GROUP BY s.response
HAVING MAX(CASE WHEN {is_remark} THEN 1
                WHEN {is_own} AND (c.id IS NULL OR NOT {_SHORT}) THEN 1
                ELSE 0 END) = 1
    OR (MAX(CASE WHEN {_CALLS} THEN 1 ELSE 0 END) = 1
        AND (MAX(CASE WHEN {is_own} THEN 1 ELSE 0 END) = 1
             OR MAX(CASE WHEN {is_here} THEN 1 ELSE 0 END) = 0))"""
    words = [
        *hidden_words, *span.words, *where_words, *hidden_words, *hidden_words,
        _A_LINE_BREAK, *hidden_words,
    ]  # fmt: skip
    return sql, words


def people_who_said(
    span: Span, names: Iterable[str], wanted: Sequence[str]
) -> tuple[str, list[Word]]:
    """SQL for the responses that have all of these folded words in one comment."""
    is_hidden, hidden_words = _is_one_of("s.question", list(names))
    likes = " ".join(r"AND c.folded LIKE %s ESCAPE '\'" for _ in wanted)
    # Counted for each of the ward's own words: of a join PostgreSQL may make one pass
    # over the comments of all wards.
    sql = f"""
SELECT s.response, MIN(s.day) AS day, MIN(s.began_at) AS began
  FROM summaries_standing s
 WHERE {_OF_SPAN} AND {_SEALED} AND NOT {is_hidden}
   AND (SELECT COUNT(*) FROM comments_comment c
         WHERE c.device = s.device AND c.seq = s.seq AND {_OPENED} {likes}) > 0
 GROUP BY s.response"""
    return sql, [*span.words, *hidden_words, *(f"%{_plain(one)}%" for one in wanted)]


def _plain(word: str) -> str:
    """The word with nothing in it that LIKE would take for a sign."""
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word


def _is_one_of(column: str, questions: Sequence[str]) -> tuple[str, list[Word]]:
    """Whether it is one of these questions or a comment added to it."""
    if not questions:
        return "FALSE", []
    one = rf"({column} = %s OR {column} LIKE %s ESCAPE '\')"
    words = [w for key in questions for w in (key, f"{_plain(key)}.%")]
    return f"({' OR '.join([one] * len(questions))})", list(words)


def _asked(asked: Asked) -> tuple[str, list[Word]]:
    tests, words = [], list[Word]()
    if asked.questions:
        is_one, words = _is_one_of("t.question", asked.questions)
        tests.append(rf"({is_one} AND t.value LIKE '{SEALED}%%' ESCAPE '\')")
    if asked.chose is not None:
        tests.append("(t.question = %s AND t.value = %s)")
        words = [*words, *asked.chose]
    if not tests:
        return "", []
    return (
        "AND EXISTS (SELECT 1 FROM summaries_standing t WHERE t.response = s.response "
        f"AND ({' OR '.join(tests)}))",
        words,
    )


NEWEST = "day DESC, began DESC, response"


def some_of(
    sql: str, words: Sequence[Word], offset: int, limit: int, order: str = NEWEST
) -> tuple[list[tuple[str, date]], int]:
    """So many of these responses with the day of each, in this order, and how many
    there are in all."""
    rows = _rows(
        f"SELECT response, day, COUNT(*) OVER () FROM ({sql}) AS people "
        f"ORDER BY {order} LIMIT %s OFFSET %s",
        [*words, limit, offset],
    )
    found = [(response, date.fromisoformat(str(day))) for response, day, _ in rows]
    if rows or not offset:
        return found, rows[0][2] if rows else 0
    ((count,),) = _rows(f"SELECT COUNT(*) FROM ({sql}) AS people", words)
    return found, int(count)


def responses_of(span: Span, chosen: tuple[str, Sequence[Word]]) -> list[str]:
    """Those of this time whom `where_chosen` names."""
    sql = f"SELECT DISTINCT s.response {_STANDING} {chosen[0]}"
    return [one for (one,) in _rows(sql, [*span.words, *chosen[1]])]


def _rows(sql: str, words: Sequence[Word]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(words))
        return list(cursor.fetchall())
