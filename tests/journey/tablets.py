"""A tablet and central as these tests meet them: taps, turns, restored backups."""

from django.utils import timezone

from feedback.answer import Draft, new_response
from sync.agent import Agent
from sync.enrol import enrol
from tests.central.tablet import SURVEY, WARD


def tap(log, how_many=1):
    rest = (SURVEY, "fft", "good", WARD, "kiosk", "2026-11-20T10:00:00.000Z")
    log.add_all(Draft(new_response(), *rest) for _ in range(how_many))


def enrolled(log, url, world):
    from central.devices.enrolment import make_code

    enrol(log, url, make_code([WARD], "kiosk", timezone.now()), world)


def turn(log, world):
    """One turn of an agent that was just started."""
    agent = Agent(log, world)
    try:
        return agent.turn()
    finally:
        agent.close()


def at_central():
    from central.intake.models import Answer

    return sorted(Answer.objects.values_list("device", "seq"))


def restore(device, have):
    """Central as it was: `have` rows of this device, and of others nothing at all."""
    from central.devices.models import Device, EnrolmentCode
    from central.intake.models import Answer, Contact, Followed
    from central.summaries.models import Standing

    EnrolmentCode.objects.all().delete()
    Device.objects.exclude(id=device).delete()
    Answer.objects.exclude(device=device, seq__lte=have).delete()
    Followed.objects.exclude(device=device).delete()
    Standing.objects.exclude(device=device, seq__lte=have).delete()
    Contact.objects.all().delete()
    Followed.objects.update(seq=have)
    Device.objects.update(have=have, last=have, forked_at=None)
