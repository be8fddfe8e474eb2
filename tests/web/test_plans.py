"""What does a ward's page read of the database? What the ward said, and no more.

Asked of the database itself: how it would find the rows of each query that a page makes
(EXPLAIN). How long that takes is measured by `make bench ONLY=central`.
"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web import world
from tests.web.test_periods import NATIONAL, days_ago

TABLES = ("summaries_standing", "comments_comment", "summaries_call", "summaries_late")
PAGES = (
    "{last}/",
    "{first}/{last}/",
    "{first}/{last}/search/?q=bins",
    "{first}/{last}/charts/",
    "{first}/{last}/steps/night/",
    "{first}/{last}/questions/better/",
    "{first}/{last}/questions/fft/",
)


@pytest.fixture
def said(manager, ash, birch):
    """Two wards of which something was said."""
    world.publish_the_map()
    for tablet in (ash, birch):
        with tablet.at_once():
            for ago in range(19, 0, -1):
                answers = {"fft": "poor", "night": "-2", "better": ("bins",)}
                tablet.tell(answers, at=days_ago(ago), survey=NATIONAL)
    if connection.vendor == "postgresql":
        forget_how_few_there_are()
    return manager


def forget_how_few_there_are():
    """Of tables that were looked through while they were empty, as its autovacuum does
    when it pleases, PostgreSQL takes any index. Until a test ends it knows nothing."""
    with connection.cursor() as cursor:
        for sql in (
            "UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE oid = %s::regclass",
            "DELETE FROM pg_statistic WHERE starelid = %s::regclass",
        ):
            cursor.executemany(sql, [(table,) for table in TABLES])


def planned(client, page):
    """How each query of this page that reads what people said would be made."""
    last = world.today() - timedelta(1)
    path = page.format(first=last - timedelta(29), last=last)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/wards/ASH/{path}").status_code == 200
    several = [one["sql"] for one in queries if any(t in one["sql"] for t in TABLES)]
    return [plan_of(sql) for sql in several]


def plan_of(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return "\n".join(row[-1] for row in cursor.fetchall())
        # So few rows are read soonest from end to end. Is there another way at all?
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


# From end to end, or everything that this ward has ever said.
WHOLE = {
    "sqlite": r"SCAN (s|t|c|d|U0|summaries_\w+|comments_comment)\b(?! USING "
    r"COVERING INDEX comment_trouble)|\(ward=\?\)",
    "postgresql": r"Seq Scan on (summaries_\w+|comments_comment)"
    r"|Cond: \(\(?ward = '[A-Z]+'::text\)\)?$",
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_reads_what_other_wards_or_other_years_said(said, page):
    plans = planned(said, page)

    assert plans
    for plan in plans:
        if "call_waits" in plan:
            continue  # an index of those alone who wait
        assert not re.search(WHOLE[connection.vendor], plan, re.M), plan


@pytest.mark.parametrize(
    "planted",
    [
        "SELECT COUNT(*) FROM summaries_standing s WHERE s.value = 'poor'",
        "SELECT COUNT(*) FROM summaries_standing s WHERE s.ward = 'ASH'",
        "SELECT COUNT(*) FROM comments_comment c WHERE c.folded LIKE '%bins%'",
    ],
)
def test_a_query_that_reads_too_much_is_seen(said, planted):
    assert re.search(WHOLE[connection.vendor], plan_of(planted), re.M)


@pytest.mark.parametrize("page", ["{first}/{last}/", "{first}/{last}/search/?q=bins"])
def test_words_are_found_among_words_and_not_among_taps(said, page):
    people = [plan for plan in planned(said, page) if "standing_words" in plan]

    assert people


def test_a_search_looks_up_the_wards_words_one_by_one(said):
    """Of a join PostgreSQL makes one pass over the comments of all wards, where it
    takes that for cheaper."""
    (search,) = [
        plan
        for plan in planned(said, "{first}/{last}/search/?q=bins")
        if "standing_words" in plan
    ]

    assert re.search(r"SubPlan|CORRELATED SCALAR SUBQUERY", search), search


def test_whose_words_call_for_help_is_found_once_and_not_for_each_word(said):
    """A ward was filled within the minute in which PostgreSQL still thought its table
    empty: its month took over twenty minutes for 10,000 people."""
    from central.summaries.period_reading import Span, own_in

    last = world.today() - timedelta(1)
    with CaptureQueriesContext(connection) as queries:
        own_in(Span("ASH", last - timedelta(29), last))

    (plan,) = [plan_of(one["sql"]) for one in queries]
    assert re.search(r"hashed SubPlan|LIST SUBQUERY", plan), plan
    assert not re.search(r"Anti Join|CORRELATED", plan), plan


def test_whom_nobody_has_listened_to_is_found_without_reading_all(said):
    """At each start, among millions that somebody has."""
    from central.comments.listening import listen_to_new

    with CaptureQueriesContext(connection) as queries:
        assert listen_to_new() == 0

    (plan,) = [plan_of(one["sql"]) for one in queries]
    assert "comment_unheard" in plan, plan


def test_closed_comments_are_counted_among_the_wards_own(said):
    """When a key is missing, those of all wards are closed."""
    from central.comments.models import Comment
    from central.summaries.period_reading import Span, closed_in

    Comment.objects.update(trouble="key")
    last = world.today()
    with CaptureQueriesContext(connection) as queries:
        assert closed_in(Span("ASH", last - timedelta(9), last)) == 9

    plan = plan_of(queries[-1]["sql"])
    assert "standing_words" in plan
    assert "comment_trouble" not in plan
