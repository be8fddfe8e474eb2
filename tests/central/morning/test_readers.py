"""Who reads a ward's mail: members, deputies, and nobody, which is said loudly."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from central.devices.models import Device
from central.morning import notices
from central.morning import round as morning
from central.morning.models import Away, Mail
from central.morning.readers import readers_of
from central.people.models import Membership, User
from central.places.models import Ward
from tests.central.morning.conftest import reader
from tests.web import world


def who(code="ASH", day=None):
    ward = Ward.objects.get(code=code)
    (found,) = readers_of([ward], day or world.today())
    return sorted(str(one) for one in found.people.values()), found.left_out


def away(name, deputy=None, first=0, last=0):
    today = world.today()
    deputy = deputy and User.objects.get(username=deputy)
    return Away.objects.create(
        user=User.objects.get(username=name),
        first=today + timedelta(first),
        last=today + timedelta(last),
        deputy=deputy,
    )


def test_a_wards_active_members_read_it(house):
    reader("second", "ASH", "BIRCH")
    gone = reader("gone", "ASH")
    gone.is_active = False
    gone.save()
    reader("admin")
    assert who() == (["ash.manager", "second"], [])


def test_the_deputy_reads_from_the_first_day_to_the_last(house):
    reader("deputy", "ASH")
    Membership.objects.filter(user__username="deputy").delete()
    Membership.objects.create(user=User.objects.get(username="deputy"), ward_id="ASH")
    away("ash.manager", "deputy", first=-1, last=1)
    today = world.today()
    assert who(day=today - timedelta(2))[0] == ["ash.manager", "deputy"]
    for back in (-1, 0, 1):
        assert who(day=today + timedelta(back))[0] == ["deputy"]
    assert who(day=today + timedelta(2))[0] == ["ash.manager", "deputy"]


def test_a_deputy_who_reads_the_ward_anyway_gets_one_mail(posted, house, yesterday):
    reader("deputy", "ASH")
    away("ash.manager", "deputy")
    morning.by_hand(yesterday, world.now)
    to = [one.to[0] for one in posted.came if ".ASH." in one.id]
    assert to == ["deputy@example.org"]


def test_a_deputys_deputy_and_two_who_stand_in_for_one_another(house):
    reader("b", "ASH")
    reader("c", "ASH")
    away("ash.manager", "b")
    away("b", "c")
    assert who() == (["c"], [])
    away("c", "ash.manager")
    assert who()[0] == []
    assert "ash.manager is away, without a deputy who is there" in who()[1]


def test_standing_in_lets_nobody_see_a_ward_that_they_may_not_see(
    posted, house, yesterday
):
    """P15: the mail is a page of the ward."""
    away("ash.manager", "birch.manager")
    assert who() == (
        [],
        ["ash.manager is away, and the deputy is no active member of this ward"],
    )
    morning.by_hand(yesterday, world.now)
    assert {one.id.split(".")[2] for one in posted.came} == {"BIRCH"}


def test_where_it_is_typed_such_a_deputy_is_refused(house):
    names = User.objects.in_bulk(field_name="username")
    today = world.today()
    words = {"user": names["ash.manager"], "first": today, "last": today}
    with pytest.raises(ValidationError, match="no member of Ash ward: add that first"):
        Away(**words, deputy=names["birch.manager"]).full_clean()
    with pytest.raises(ValidationError, match="their own deputy"):
        Away(**words, deputy=names["ash.manager"]).full_clean()
    with pytest.raises(ValidationError, match="ends before it begins"):
        Away(**{**words, "last": today - timedelta(1)}).full_clean()
    reader("deputy", "ASH", "BIRCH")
    deputy = User.objects.get(username="deputy")
    Away(**words, deputy=deputy).full_clean()


def test_the_absence_that_was_entered_last_counts(house):
    reader("b", "ASH")
    reader("c", "ASH")
    away("ash.manager", "b")
    away("ash.manager", "c")
    Membership.objects.filter(user__username="b").delete()
    assert who()[0] == ["c"]


def test_two_people_with_one_mailbox_get_one_mail(posted, house, yesterday):
    reader("second", "ASH", email="Ash.Manager@EXAMPLE.org")
    morning.by_hand(yesterday, world.now)
    assert sum(".ASH." in one.id for one in posted.came) == 1
    assert Mail.objects.filter(ward="ASH").count() == 1


@pytest.fixture
def told(posted, house, client):
    """What an administrator reads on the first page."""
    admin = reader("admin")
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)

    def get():
        return client.get("/").content.decode()

    return get


def test_a_ward_that_nobody_reads_is_said_to_administrators(told, client):
    User.objects.filter(username="ash.manager").update(email="")
    assert "Nobody gets the morning mail of Ash ward" in told()
    assert "ash.manager has no e-mail address" in told()
    Membership.objects.filter(ward="ASH").delete()
    assert "Nobody gets the morning mail of Ash ward: it has no members" in told()
    client.force_login(User.objects.get(username="birch.manager"))
    assert "Nobody gets" not in told()


def test_the_command_says_it_and_ends_with_an_error(
    live_house, office, yesterday, capfd
):
    from tests.central.morning.office import run

    User.objects.filter(username="ash.manager").update(email="")
    code, out, err = run(office.port)
    assert code == 1
    assert "ASH: nobody gets this ward's mail" in err
    assert f"{yesterday}: 1 sent" in out


def test_without_mail_settings_nobody_is_told_of_mails(house):
    User.objects.update(email="")
    assert notices.notices(world.now()) == []


def test_a_morning_without_mails_is_noticed(told):
    from central.morning.times import morning_of

    by = morning_of(world.today(), 7).begins + timedelta(minutes=30)
    assert not notices.notices(by - timedelta(minutes=1))
    (words,) = notices.notices(by)
    assert words.startswith("No morning mails were made today")
    morning.look(lambda: by)
    assert not notices.notices(by)


def test_a_morning_that_central_slept_through_is_told_afterwards(told, posted):
    """Whoever did not look at the page on that day hears of it on the next."""
    from central.morning.times import morning_of

    def at(back, hours=0):
        day = world.today() - timedelta(back)
        return morning_of(day, 7).begins + timedelta(hours=hours)

    morning.look(lambda: at(2))
    assert "were made of" not in str(notices.notices(at(2)))
    morning.look(lambda: at(1, hours=7))  # too late for yesterday's
    morning.look(lambda: at(0))
    missed = world.today() - timedelta(2)
    (words,) = (one for one in notices.notices(at(0)) if "were made of" in one)
    assert f"morning --date {missed} does" in words
    morning.by_hand(missed, lambda: at(0, hours=1))
    assert "were made of" not in str(notices.notices(at(0, hours=1)))


def test_the_last_day_of_a_ward_has_its_mail(posted, house):
    """Who asked for somebody on it still waits."""
    Ward.objects.filter(code="BIRCH").update(closed_on=world.today() - timedelta(1))
    Device.objects.filter(wards="BIRCH").update(removed_at=world.now())
    morning.by_hand(world.today() - timedelta(1), world.now)
    subjects = {one.id.split(".")[2]: one.mail["Subject"] for one in posted.came}
    assert set(subjects) == {"ASH", "BIRCH"}
    assert "NOT EVERYTHING IS HEARD" not in subjects["BIRCH"]


def test_a_ward_that_has_not_begun_and_one_that_is_closed_get_none(posted, house):
    site = Ward.objects.get(code="ASH").site
    Ward.objects.create(code="NEW", name="New ward", site=site)
    reader("new.manager", "NEW")
    Ward.objects.filter(code="BIRCH").update(closed_on=world.today() - timedelta(2))
    day = world.today() - timedelta(1)
    morning.by_hand(day, world.now)
    assert {one.id.split(".")[2] for one in posted.came} == {"ASH"}
    assert notices.notices(world.now()) == []
