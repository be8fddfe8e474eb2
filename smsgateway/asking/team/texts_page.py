"""What does the page of our own texts look like: the words, the segments, the cost?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape

from smsgateway.asking.team.frame import Row, Visit, many, page, table
from smsgateway.asking.team.texts import Priced

LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic",
    "bn": "Bengali",
    "cy": "Welsh",
    "en": "English",
    "gu": "Gujarati",
    "pa": "Punjabi",
    "pl": "Polish",
    "ro": "Romanian",
    "so": "Somali",
    "ur": "Urdu",
    "zh-Hans": "Chinese",
}
_RIGHT_TO_LEFT = ("ar", "ur")


def texts_page(
    visit: Visit,
    texts: Sequence[Priced],
    wards: Mapping[str, str],
    ward: str,
    segment_pence: Decimal,
) -> str:
    """`texts` as the ward `ward` says them; `wards`: code to name."""
    languages = list(dict.fromkeys(text.language for text in texts))
    languages.sort(key=lambda one: (one != "en", _name(one)))
    sections = "\n".join(
        _language(one, [text for text in texts if text.language == one])
        for one in languages
    )
    body = (
        "<h1>What our texts say</h1>\n"
        '<p class="lead">A text is paid for by the segment. One holds 160 letters '
        "(153 where a text needs several), or 70 (67) when any letter is not in GSM-7, "
        f"the alphabet of texts. A segment costs {pence(segment_pence)}.</p>\n"
        f"{_choice(wards, ward)}\n{_table(texts, languages)}\n"
        '<section class="card" aria-labelledby="each"><h2 id="each">Word for word</h2>'
        f"{sections}</section>"
    )
    return page(visit, "Our texts", body)


def no_texts_page(visit: Visit) -> str:
    body = (
        "<h1>What our texts say</h1>\n"
        '<p class="well">What is asked is not known yet: nothing has come from central '
        "so far.</p>"
    )
    return page(visit, "Our texts", body)


def _choice(wards: Mapping[str, str], ward: str) -> str:
    options = "".join(
        f'<option value="{escape(code)}"{" selected" if code == ward else ""}>'
        f"{escape(wards[code])}</option>"
        for code in sorted(wards, key=lambda code: wards[code].casefold())
    )
    return (
        '<form class="choice" method="get" action="/team/texts">'
        '<label for="ward">As this ward says them</label>'
        f'<select id="ward" name="ward">{options}</select> <button>Show</button></form>'
    )


def _table(texts: Sequence[Priced], languages: Sequence[str]) -> str:
    found = {(text.name, text.language): text for text in texts}
    names = dict.fromkeys(text.name for text in texts)
    rows = [
        Row([escape(name), *(_segments(found.get((name, one))) for one in languages)])
        for name in names
    ]
    head = ("Text", *(_name(one) for one in languages))
    return (
        '<section class="card wide" aria-labelledby="all">'
        '<h2 id="all">Segments of each text</h2>'
        f"{table('In each language', head, rows, 'even')}</section>"
    )


def _segments(text: Priced | None) -> str:
    return f"{text.segments}" if text else "–"


def _language(language: str, texts: Sequence[Priced]) -> str:
    """Eleven languages are too long to scroll past: all but English are folded."""
    items = "\n".join(_text(text) for text in texts)
    return (
        f"<details{' open' if language == 'en' else ''}>"
        f"<summary>{_name(language)}</summary>"
        f'<ul class="texts">{items}</ul></details>'
    )


def _text(text: Priced) -> str:
    way = "rtl" if text.language in _RIGHT_TO_LEFT else "ltr"
    cost = f"{many(text.segments, 'segment')}, {pence(text.pence)}, {text.encoding}"
    return (
        f'<li><h3>{escape(text.name)}</h3><p class="price">{cost}</p>'
        f'<p class="words" lang="{escape(text.language)}" dir="{way}">'
        f"{escape(text.words)}</p></li>"
    )


def _name(language: str) -> str:
    return LANGUAGES.get(language, escape(language))


def pence(amount: Decimal) -> str:
    return f"{amount.normalize():f}p"
