"""How do 500 wards come to have said so much? The database copies one ward's.

Every row that central took of the source, and every row that it derived, is written
for each ward once more under that ward's code, device and responses; central derives
the same from the copies (tests/central/test_bench.py). The rows go in day by day, and
in a day the wards' visits by turns: a ward's rows lie among those of all, as they come
to lie in life. Of a copied row the digest and the seal are those of the original, which
no page reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from bench.central_hospital import Size
from bench.central_indexes import without_indexes
from central.comments.models import Comment
from central.intake.models import Answer, Closing, Contact, Followed
from central.summaries.models import Call, Late, Standing

# A copied visit's response ends with the place of its ward, and has four zeros where
# the source's has four digits of chance: no two wards have one in common.
TAIL = 4
_COPIED = {
    "ward": "w.code",
    "device": f"w.tail || substr(t.device, {TAIL + 1})",
    "response": "substr(t.response, 1, 24) || '0000' "
    "|| substr(t.response, 29, 4) || w.tail",
    # By which a page names who calls: a digest, and here only another one.
    "key": f"w.tail || substr(t.key, {TAIL + 1})",
}

_WARDS = "CREATE TEMPORARY TABLE bench_ward (place integer, code text, tail text)"
_VISITS = """
CREATE TEMPORARY TABLE bench_visit AS
SELECT response, day, row_number() OVER (ORDER BY day, began_at, response) AS place
  FROM (SELECT response, MIN(day) AS day, MIN(began_at) AS began_at
          FROM summaries_standing GROUP BY response) AS visits
"""
_SOURCE = """
CREATE TEMPORARY TABLE bench_{table} AS
SELECT v.day AS visit_day, v.place AS visit_place, t.*
  FROM {table} t JOIN bench_visit v ON v.response = t.response
"""
_DAYS = "CREATE INDEX bench_{table}_day ON bench_{table} (visit_day)"
_OF_A_DAY = """
INSERT INTO {table} ({names})
SELECT {values}
  FROM bench_{table} t CROSS JOIN bench_ward w
 WHERE t.visit_day = %s
   AND (w.place = 0 OR t.visit_place %% %s = w.place %% %s)
 ORDER BY t.visit_place, w.place
"""
_OF_A_DEVICE = """
INSERT INTO {table} ({names})
SELECT {values} FROM {table} t CROSS JOIN bench_ward w WHERE t.device = %s
"""
Table = type[models.Model]

_OF_VISITS: Sequence[Table] = (Answer, Standing, Comment, Call, Late)
_OF_DEVICES: Sequence[Table] = (Contact, Closing, Followed)
LARGE = tuple(model._meta.db_table for model in _OF_VISITS)


def copied_device(device: str, place: int) -> str:
    """The device of the ward at this place."""
    return f"{place:0{TAIL}x}{device[TAIL:]}"


def copy_to_wards(size: Size, device: str) -> None:
    """From the source's device, the only one that has said anything."""
    _wards(size)
    _run(_VISITS)
    for model in _OF_VISITS:
        _run(_sql(_SOURCE, model))
        _run(_sql(_DAYS, model))
    for model in _OF_DEVICES:
        _run(_sql(_OF_A_DEVICE, model), [device])
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT day FROM bench_visit ORDER BY day")
        days = [day for (day,) in cursor.fetchall()]
    with without_indexes(LARGE):
        for day in days:
            for model in _OF_VISITS:
                _run(_sql(_OF_A_DAY, model), [day, size.one_in, size.one_in])


def _wards(size: Size) -> None:
    _run(_WARDS)
    rows = [(n, code, f"{n:0{TAIL}x}") for n, code in enumerate(size.codes)]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_ward VALUES (%s, %s, %s)", rows)


def _sql(sql: str, model: Table) -> str:
    names = _columns(model)
    values = ", ".join(_COPIED.get(name, f"t.{name}") for name in names)
    table = model._meta.db_table
    return sql.format(table=table, names=", ".join(names), values=values)


def _columns(model: Table) -> list[str]:
    """All of it but a number that the database gives."""
    columns = [one.column for one in model._meta.concrete_fields if one.column]
    return [one for one in columns if one != "id"]


def _run(sql: str, words: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, words or None)
