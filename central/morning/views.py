"""The sheet of a day, for whoever may read the ward's page."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from central.morning.pdf import CannotDraw, draw
from central.morning.sheet import SheetPage, sheet_page
from central.summaries.times import ZONE
from central.web.reads import note_board
from central.web.views import EARLIEST, my_ward

PLAIN = "text/plain; charset=utf-8"


@require_safe
def board(request: HttpRequest, code: str, day: date) -> HttpResponse:
    """Of a day that is over: from two sheets of one that is not, somebody could tell
    what was said in between."""
    ward = my_ward(request, code)
    now = timezone.now()
    if not EARLIEST + timedelta(1) <= day < now.astimezone(ZONE).date():
        raise Http404
    try:
        pdf = on_one_page(sheet_page(ward, day, now))
    except CannotDraw as error:
        return HttpResponse(str(error), content_type=PLAIN, status=503)
    note_board(request, ward, day)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"wardvoice-{ward.code}-{day}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def on_one_page(page: SheetPage) -> bytes:
    """With as many of the cards as one page has room for."""
    for count in reversed(range(len(page.cards) + 1)):
        words = {"page": page, "cards": page.cards[:count]}
        drawn = draw(render_to_string("sheet.html", words))
        if drawn.pages == 1:
            break
    return drawn.pdf
