"""The benchmark of central's pages: what it loads is what central would have, and it
runs."""

import pytest
from django.utils import timezone

SMALL = 1_000


@pytest.fixture
def hospital(db):
    """A small one, as the benchmark fills it."""
    from datetime import timedelta

    from bench.central_fill import fill
    from bench.central_hospital import Size
    from central.places.models import Site, Trust, Ward
    from central.surveys.published import publish
    from feedback.assets import assets_folder

    size, now = Size(SMALL), timezone.now()
    site = Site.objects.create(trust=Trust.objects.create(name="Elm Trust"), name="Elm")
    Ward.objects.create(code=size.codes[0], site=site, name="Bluebell")
    text = (assets_folder() / "surveys" / "inpatient-2.toml").read_text()
    publish(text, "inpatient-2.toml", now)
    fill(size, timezone.localdate(now) - timedelta(1), now)
    return size


def rows(model):
    """All of a table but the numbers that the database gives, in any order."""
    names = [one.name for one in model._meta.concrete_fields if one.column]
    names = [one for one in names if one not in ("id", "key")]
    return set(model.objects.values_list(*names))


def test_what_is_copied_is_what_central_derives_of_it(hospital):
    from central.deriving import rebuild_standing
    from central.summaries.models import Call, Late, Standing

    derived = (Standing, Call, Late)
    loaded = [rows(one) for one in derived]
    rebuild_standing()

    assert [rows(one) for one in derived] == loaded
    assert {row[6] for row in loaded[0]} == {*hospital.codes, "SOURCE"}
    assert len({row[1] for row in loaded[1]}) > 1, "who calls was copied too"


def test_each_opened_comment_is_of_a_sealed_answer_of_its_own_ward(hospital):
    from central.comments.models import OPENED, Comment
    from central.intake.models import Answer

    sealed = set(
        Answer.objects.filter(value__startswith="seal1.").values_list(
            "device", "seq", "response", "question"
        )
    )
    opened = Comment.objects.filter(trouble=OPENED)
    places = opened.values_list("device", "seq", "response", "question")

    assert set(places) == sealed
    assert len({device for device, *_ in places}) == hospital.wards + 1
    assert not opened.filter(folded="").exists()


def test_the_timed_ward_has_as_much_however_much_there_is_in_all():
    from bench.central_hospital import Size

    one, ten = Size(1_000_000), Size(10_000_000)

    assert one.of_one_ward == ten.of_one_ward == 20_000
    assert (one.one_in, ten.one_in) == (10, 1)
    assert (one.name, ten.name, Size(SMALL).name) == ("1M", "10M", "1k")


@pytest.mark.parametrize("name", ["SQLite", "PostgreSQL"])
def test_the_benchmark_runs(name, monkeypatch):
    from bench import central_all

    monkeypatch.setattr(central_all, "DATABASES", (name,))
    found = central_all.measure("2026-11-30T07:00:00.000Z", [SMALL])

    names = [one.name.removesuffix(f".{name}.1k") for one in found]
    assert list(dict.fromkeys(names)) == [
        "central.answers",
        "central.pages_per_s",
        "central.pages_wait_ms.p50",
        "central.pages_wait_ms.p99",
        "central.pages_refused",
        *(
            f"central.{what}.{time}"
            for what in (
                "day_page_ms",
                "month_page_ms",
                "search_ms.common",
                "search_ms.rare",
            )
            for time in ("p50", "p99")
        ),
    ]
