"""Wards: a code for ever, a rename, a closing, a merge, and the way back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from central.audit.models import Entry
from central.devices.enrolment import EnrolmentError, make_code
from central.devices.models import Device
from central.intake.models import Answer, Held
from central.morning.models import wants_words
from central.people.models import User
from central.places.models import Merge, Site, Ward
from central.summaries.models import Standing
from central.web.devices import heard_of
from central.web.heard import SILENT, WELL
from central.web.page import ZONE
from feedback.answer import new_response
from feedback.bundle import read_bundle
from kiosk.ready import NotReady, Ready, _with_ward
from tests.central.tablet import WARD
from tests.web.world import new_user

OAK = "W-OAK"


def values(**changed):
    site = str(Site.objects.get().pk)
    base = {"site": site, "quiet_minutes": "30", "when_left": "left"}
    base |= {"least_compared": "5", "least_shared": "5"}
    return {**base, **changed}


def bundle(tablet):
    """The bundle that a device works from, signed as it comes."""
    from central.keys import online_keys

    said = tablet.bundle()
    assert said.status == 200
    words = said.words
    return read_bundle(words["bundle"], words["keys"], online_keys().root_public)


# ── making and changing ──────────────────────────────────────────────────────


def test_a_ward_is_made_and_its_code_is_never_used_again(admin):
    said = admin.send("/setup/wards/add/", **values(code=" ash-1 ", name="Ash ward"))
    assert "Ash ward (ASH-1) is added" in said
    admin.sure("/setup/ward/ASH-1/close/")
    said = admin.send("/setup/wards/add/", **values(code="ASH-1", name="Another"))
    assert "never used again" in said
    assert Ward.objects.get(code="ASH-1").name == "Ash ward"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": ""}, "Write a code of 1 to 20"),
        ({"code": "É"}, "Write a code of 1 to 20"),
        ({"code": "A B"}, "Write a code of 1 to 20"),
        ({"code": "A" * 21}, "Write a code of 1 to 20"),
        ({"name": ""}, "Write the ward's name"),
        ({"name": "=HYPERLINK(1)"}, "a spreadsheet would run it"),
        ({"name": "＝1+1"}, "a spreadsheet would run it"),
        ({"name": "\t@SUM(1)"}, "a spreadsheet would run it"),
        ({"name": "x" * 201}, "200 characters or fewer"),
        ({"site": "999999"}, "Choose the site"),
        ({"site": "x"}, "Choose the site"),
        ({"quiet_minutes": "9"}, "from 10 to 10,080"),
        ({"quiet_minutes": "٣٠٠٠٠"}, "from 10 to 10,080"),
        ({"quiet_minutes": ""}, "from 10 to 10,080"),
        ({"least_compared": "4"}, "people from 5 to 50"),
        ({"least_compared": "51"}, "people from 5 to 50"),
        ({"least_shared": "4"}, "people from 5 to 50"),
        ({"least_shared": ""}, "people from 5 to 50"),
        ({"when_left": "kept"}, "Choose what becomes"),
        ({"open_days": "monday"}, "choose again"),
        ({"opens_at": "8"}, "a time such as 08:00"),
        ({"opens_at": "08:00"}, "both times, or neither"),
        ({"opens_at": "18:00", "closes_at": "08:00"}, "must close later"),
        ({"languages": "xx"}, "choose again"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_made(admin, changed, words):
    before = Ward.objects.count()
    said = admin.send("/setup/wards/add/", **values(code="NEW", name="New") | changed)
    assert words in said
    assert "There is a problem" in said
    assert Ward.objects.count() == before


def test_letters_that_nobody_sees_do_not_come_in(admin):
    admin.send("/setup/wards/add/", **values(code="NEW", name="A\u202eB\ufeff \x07 C"))
    assert Ward.objects.get(code="NEW").name == "AB C"


def test_a_new_name_is_on_the_tablets_and_the_code_stays(admin, tablet):
    said = admin.send(f"/setup/ward/{WARD}/", **values(name="Elm, renamed", code="NEW"))
    assert "Elm, renamed is changed" in said
    assert bundle(tablet).ward(WARD).name == "Elm, renamed"
    assert not Ward.objects.filter(code="NEW").exists()


def test_hours_reach_the_tablet_and_quiet_is_not_missed_while_it_is_shut(admin, tablet):
    days = ["mon", "tue", "wed", "thu", "fri"]
    admin.send(f"/setup/ward/{WARD}/", **values(
        name="Day unit", open_days=days, opens_at="08:00", closes_at="18:00",
        languages=["cy"]))  # fmt: skip
    ward = Ward.objects.get(code=WARD)
    assert (ward.open_days, ward.languages) == ("mon tue wed thu fri", "cy")
    assert bundle(tablet).opening_hours == {WARD: "Monday to Friday, 08:00 to 18:00"}
    assert "Monday to Friday, 08:00 to 18:00" in admin.read("/setup/wards/")


def test_a_ward_decides_whether_its_mails_carry_words(admin):
    ward = Ward.objects.get(code=WARD)
    page = f"/setup/ward/{WARD}/"
    admin.send(page, **values(name=ward.name, words_in_mail="on"))
    assert wants_words(ward)
    admin.send(page, **values(name=ward.name))
    assert not wants_words(ward)
    assert "Nothing of Elm ward was changed" in admin.send(
        page, **values(name=ward.name)
    )
    first, second = Entry.objects.order_by("id").values_list("details", flat=True)
    assert first == {"words_in_mail before": "no", "words_in_mail": "yes"}
    assert second == {"words_in_mail before": "yes", "words_in_mail": "no"}


def test_a_new_ward_wants_words_only_if_it_says_so(admin):
    admin.send("/setup/wards/add/", **values(code="NEW", name="New"))
    assert not wants_words(Ward.objects.get(code="NEW"))
    said = values(code="NEW-2", name="New", words_in_mail="on", least_shared="10")
    admin.send("/setup/wards/add/", **said)
    noted = [one.details["words_in_mail"] for one in Entry.objects.order_by("id")]
    assert noted == ["no", "yes"]
    new = Ward.objects.get(code="NEW-2")
    assert wants_words(new)
    assert (new.least_compared, new.least_shared) == (5, 10)


def test_the_database_lets_no_group_of_four_out(trust):
    for column in ("least_compared", "least_shared"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ward.objects.filter(code=WARD).update(**{column: 4})


# ── closing ──────────────────────────────────────────────────────────────────


def test_a_closing_says_what_it_does_and_does_nothing_before(admin, tablet):
    heard(tablet, 3)
    new_user("elm.manager", WARD)
    said = admin.send(f"/setup/ward/{WARD}/close/")
    for words in ("3 responses stay", "1 person who reads", "1 device goes on"):
        assert words in said, said
    assert Ward.objects.get(code=WARD).closed_on is None


def test_a_closed_ward_keeps_all_and_takes_in_what_comes(admin, tablet, client):
    heard(tablet, 2)
    new_user("elm.manager", WARD)
    assert "is closed" in admin.sure(f"/setup/ward/{WARD}/close/")
    with pytest.raises(EnrolmentError):
        make_code([WARD], "kiosk", timezone.now())
    heard(tablet, 1)
    assert Answer.objects.filter(ward=WARD).count() == 3
    assert not Held.objects.exists()
    client.force_login(User.objects.get(username="elm.manager"))
    assert client.get(f"/wards/{WARD}/{today()}/").status_code == 200
    assert [one.code for one in bundle(tablet).wards] == [WARD]

    assert "is open again" in admin.sure(f"/setup/ward/{WARD}/open/")
    assert Ward.objects.get(code=WARD).closed_on is None
    make_code([WARD], "kiosk", timezone.now())


def test_a_ward_that_is_closed_is_not_closed_twice(admin, entries):
    admin.sure(f"/setup/ward/{WARD}/close/")
    assert "Closed on" in admin.sure(f"/setup/ward/{WARD}/close/")
    assert "Closed on" in merged(admin)
    assert [act for _, act, _ in entries()] == ["closed"]


# ── merging ──────────────────────────────────────────────────────────────────


def merged(admin, into=OAK):
    return admin.sure(f"/setup/ward/{WARD}/merge/", into=into)


def test_a_merge_says_what_it_does_first(admin, tablet):
    heard(tablet, 2)
    tablet.say_many(4)
    tablet.send(3, 0)  # it says that four more wait
    said = admin.send(f"/setup/ward/{WARD}/merge/", into=OAK)
    for words in ("2 responses to it stay under W-ELM", "never added to those of Oak",
                  "1 device of Elm ward asks for Oak ward", "4 answers not here yet",
                  "To undo it"):  # fmt: skip
        assert words in said, said
    assert not Merge.objects.exists()


def test_what_the_old_ward_was_told_stays_its_own(admin, tablet):
    heard(tablet, 2)
    rows = set(Answer.objects.values_list("seq", "ward", "digest"))
    stands = set(Standing.objects.values_list("response", "ward"))
    assert "now a part of Oak ward" in merged(admin)
    assert set(Answer.objects.values_list("seq", "ward", "digest")) == rows
    assert set(Standing.objects.values_list("response", "ward")) == stands
    assert Ward.objects.get(code=WARD).merge.into_id == OAK


def test_the_tablet_asks_for_the_other_ward_and_late_answers_stand(admin, tablet):
    merged(admin)
    now = bundle(tablet)
    assert [(one.code, one.was) for one in now.wards] == [(OAK, (WARD,))]
    heard(tablet, 1)  # said before, and late
    tablet.say(response=new_response(), ward=OAK)
    assert tablet.send(2).status == 200
    assert sorted(Answer.objects.values_list("ward", flat=True)) == [WARD, OAK]
    assert not Held.objects.exists()


def test_the_real_kiosk_takes_the_other_ward_however_it_was_set_up(admin, tablet):
    merged(admin)
    now = bundle(tablet)
    for code in ("", WARD, OAK):
        found = _with_ward(now, code)
        assert isinstance(found, Ready)
        assert found.ward.code == OAK
    assert isinstance(_with_ward(now, "W-ELSE"), NotReady)


def test_a_gateway_keeps_the_old_ward_that_its_lines_name(admin, tablet):
    Device.objects.update(kind="sms")
    merged(admin)
    assert {one.code for one in bundle(tablet).wards} == {WARD, OAK}


def test_readers_of_the_old_ward_read_both_and_those_of_the_other_do_not(admin, client):
    new_user("elm.manager", WARD)
    new_user("oak.manager", OAK)
    merged(admin)
    for name, code, status in (("elm.manager", OAK, 200), ("elm.manager", WARD, 200),
                               ("oak.manager", OAK, 200),
                               ("oak.manager", WARD, 404)):  # fmt: skip
        client.force_login(User.objects.get(username=name))
        assert client.get(f"/wards/{code}/{today()}/").status_code == status, name


def test_the_way_back_leaves_all_as_it_was(admin, tablet, new_tablet):
    both = new_tablet()
    Device.objects.get(id=both.id).wards.add(Ward.objects.get(code=OAK))
    new_user("elm.manager", WARD)
    new_user("reads.both", WARD, OAK)
    before = state()
    merged(admin)
    assert state() != before
    assert "is open again" in admin.sure(f"/setup/ward/{WARD}/open/")
    assert state() == before
    assert [one.code for one in bundle(tablet).wards] == [WARD]


def state():
    devices = set(Device.objects.values_list("id", "wards"))
    people = set(User.objects.values_list("username", "wards"))
    return devices, people, set(Ward.objects.values_list("code", "closed_on"))


def test_a_chain_of_merges_leads_to_the_last_and_back_in_order(admin, tablet):
    site = Site.objects.get()
    Ward.objects.create(code="W-ASH", site=site, name="Ash ward")
    merged(admin)
    admin.sure(f"/setup/ward/{OAK}/merge/", into="W-ASH")
    now = bundle(tablet)
    assert [one.code for one in now.wards] == ["W-ASH"]
    assert set(now.wards[0].was) == {WARD, OAK}
    assert now.ward(WARD).code == "W-ASH"
    said = admin.sure(f"/setup/ward/{WARD}/open/")
    assert "was closed since: open it again first" in said
    assert Ward.objects.get(code=WARD).closed_on is not None
    admin.sure(f"/setup/ward/{OAK}/open/")
    admin.sure(f"/setup/ward/{WARD}/open/")
    assert [one.code for one in bundle(tablet).wards] == [WARD]


@pytest.mark.parametrize("into", [WARD, "GONE", "", "W-OAK' --"])
def test_a_ward_is_merged_into_another_open_one_only(admin, into):
    said = merged(admin, into)
    assert "Choose the ward that goes on" in said
    assert not Merge.objects.exists()


def test_two_wards_cannot_be_merged_into_one_another(admin):
    from central.setup.closing import merge

    elm, oak = (Ward.objects.get(code=code) for code in (WARD, OAK))
    now = timezone.now()
    assert merge(elm, oak, "admin", now)
    assert not merge(oak, elm, "admin", now)
    assert not merge(elm, oak, "admin", now)
    assert Merge.objects.count() == 1


def heard(tablet, count):
    """So many visits, that really came in and are followed."""
    from central.deriving import follow

    first = tablet.last + 1
    for _ in range(count):
        tablet.say(response=new_response())
    assert tablet.send(first).status == 200
    follow(tablet.id)


def today():
    from central.web.page import ZONE

    return timezone.now().astimezone(ZONE).date()


def test_two_who_merge_them_into_one_another_at_once_do_it_once(live_trust):
    from central.setup.closing import merge

    elm, oak = (Ward.objects.get(code=code) for code in (WARD, OAK))
    together = Barrier(2)

    def begin(pair):
        try:
            together.wait(10)
            return merge(*pair, "admin", timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(begin, [(elm, oak), (oak, elm)]))
    assert sorted(done) == [False, True]
    assert Ward.objects.filter(closed_on=None).count() == 1


# ── who is missed ────────────────────────────────────────────────────────────

FRIDAY, MONDAY = "2026-11-27T17:50:00+00:00", "2026-11-30T08:1{}:00+00:00"


@pytest.mark.parametrize(
    ("hours", "quiet", "minute", "state"),
    [
        (False, 30, 0, SILENT),  # two days and a night, and the ward never shuts
        (True, 30, 0, WELL),  # ten minutes on Friday, ten on Monday
        (True, 15, 0, SILENT),
        (True, 20, 0, WELL),
        (True, 20, 1, SILENT),
        (False, 10_080, 0, WELL),
    ],
)
def test_a_tablet_is_missed_by_the_time_in_which_its_ward_was_open(
    tablet, hours, quiet, minute, state
):
    ward = Ward.objects.filter(code=WARD)
    ward.update(quiet_minutes=quiet)
    if hours:
        ward.update(
            open_days="mon tue wed thu fri", opens_at=time(8), closes_at=time(18)
        )
    Device.objects.update(last_heard=datetime.fromisoformat(FRIDAY))
    now = datetime.fromisoformat(MONDAY.format(minute))
    heard = heard_of(Device.objects.get(), now, ZONE)
    assert heard.state == state, heard.words
    if state == WELL:
        assert heard.words.startswith("last heard 27 November 17:50, which is as exp")
