"""How does the morning mail read?

Short enough for a telephone: what needs somebody first, then what changed, the counts,
and a link. The same sentences stand in the text and in the HTML. A day without answers
gets a mail of one line: with none, an empty day would look like a broken mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from central.morning.picture import Picture
from central.places.models import Ward
from central.summaries.changed import Changed
from central.summaries.day import Voice
from central.summaries.fft import Fft
from central.web.words import fft_name, long_date, mode_name, short_date

NAME_CHARS = 40  # of a ward, in a subject
VOICES = 10  # in a mail of a ward that wants words; the page has them all
FOOTER = (
    "For the managers of this ward. It has figures of a few people: please do not send "
    "it on. What can hang on a board is the sheet."
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one person wrote, each under its question, and with what they rated it."""

    rated: str
    words: tuple[tuple[str, str], ...]
    language: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`quiet`: a day on which nothing was said, and nothing is wrong."""

    subject: str
    title: str
    date: str
    loud: tuple[str, ...]
    waits: tuple[str, ...]
    changed: str
    notes: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    said: tuple[Said, ...]
    more_said: int
    health: str
    page: str
    sheet: str
    today: str  # the address of today's page, where there is something to see
    why_today: str
    quiet: bool


def letter_of(picture: Picture, page: str, today: str) -> Letter:
    """`page`: the address of the day's page, with a slash at its end; `today`: today's
    own."""
    date, health, day = long_date(picture.date), picture.health, picture.day
    quiet = picture.is_empty and not health.loud
    calm = picture.calm_voices if picture.words else ()
    said = [words for voice in calm if (words := _said(voice)).words][:VOICES]
    return Letter(
        subject=subject_of(picture),
        title=picture.ward.name,
        date=date,
        loud=health.loud,
        waits=tuple(_waits(picture)),
        changed=changed_words(picture.changed, picture.completed.nobody),
        notes=tuple(_notes(picture)),
        counts=() if picture.is_empty else tuple(_counts(picture)),
        said=tuple(said),
        more_said=len(day.voices) - len(said),
        health=health.line,
        page=page,
        sheet=f"{page}board.pdf",
        today=today if _today(picture) else "",
        why_today=_today(picture),
        quiet=quiet,
    )


def subject_of(picture: Picture) -> str:
    """Ash ward, Sat 28 Nov: 2 would like someone to come; a usual day"""
    told = []
    if picture.health.loud:
        told.append("NOT EVERYTHING IS HEARD")
    if picture.talks:
        told.append(f"{picture.talks} would like someone to come")
    if picture.concerns:
        told.append(f"{picture.concerns} may need someone today")
    told.append(_in_short(picture))
    return f"{_short_name(picture.ward)}, {short_date(picture.date)}: {'; '.join(told)}"


def _short_name(ward: Ward) -> str:
    """In one line, as a header is. What somebody must see to stands behind it: a list
    of mails on a telephone has no room for a long one, and its code tells it apart."""
    name = " ".join(ward.name.split())
    if len(name) <= NAME_CHARS:
        return name
    cut = name[:NAME_CHARS].rsplit(" ", 1)[0].rstrip(" ,(")
    return f"{cut}... ({ward.code})"


def _in_short(picture: Picture) -> str:
    kind = picture.changed.kind
    if kind == "different":
        return "something changed"
    if kind == "usual":
        weeks = f", the weeks {picture.weeks.kind.lower()}" if picture.weeks else ""
        return f"a usual day{weeks}"
    return (
        _people(picture.day.responses, "answered")
        if picture.day.responses
        else _of_nobody(picture)
    )


def _of_nobody(picture: Picture) -> str:
    if picture.day.apart:
        return "answers to another survey"
    return "no answers yet" if picture.completed.complete.missing else "no answers"


def changed_words(changed: Changed, nobody: str) -> str:
    """What changed, as the day's page says it; `nobody`: where nobody answered."""
    if changed.kind == "different":
        return " ".join(changed.sentences)
    if changed.kind == "usual":
        usual = changed.usual_percent
        share = "" if usual is None else f" ({usual}% positive)"
        return (
            "The ratings are a usual day's: nothing stands out from the 28 days before"
            f"{share}."
        )
    return {
        "few": "Too few answers to compare with other days.",
        "young": "Not enough days yet to say what is usual on this ward.",
    }.get(changed.kind, nobody)


def _said(voice: Voice) -> Said:
    """What could not be opened is left out: the page says that it is there."""
    words = [
        (f"{one.about}: {one.title}" if one.about else one.title, one.text)
        for one in voice.remarks
        if one.text is not None
    ]
    rated = fft_name(voice.rated) if voice.rated else voice.overall
    return Said(rated or "Not rated", tuple(words), voice.language)


def _waits(picture: Picture) -> Iterable[str]:
    """What somebody has to see to; what came since midnight is on another page."""
    if picture.talks:
        talks = _people(picture.talks, "would like someone to come")
        yield talks + _since(picture.talks, picture.talks_since)
    if picture.concerns:
        since = _since(picture.concerns, picture.concerns_since)
        yield f"{picture.concerns} may need someone today{since}: read what they said"
    if (older := picture.older).people:
        have = "has" if older.people == 1 else "have"
        yield f"{older.people} {have} waited to be seen since {long_date(older.since)}"
    if picture.wrote:
        wrote = _people(picture.wrote, "wrote something")
        yield wrote + _since(picture.wrote, picture.wrote_since)
    if picture.late_words:
        wrote = _people(picture.late_words, "wrote something")
        yield f"{wrote} on an earlier day that came only on this one"
    if picture.went_on:
        began = _people(picture.went_on, "who began to answer on an earlier day")
        yield f"{began} wrote more, which came on this one"
    if closed := picture.day.unopened:
        yield (
            f"{closed} comment{'s' * (closed > 1)} cannot be opened yet: tell the "
            "person who looks after Wardvoice's keys"
        )


def _today(picture: Picture) -> str:
    """Why today's page is named; "" when it is not."""
    why = ["since midnight"] if picture.came_since else []
    why += ["whoever waits"] if picture.older.people else []
    return " and ".join(why).capitalize()


def _since(count: int, since: int) -> str:
    if not since:
        return ""
    return " (since midnight)" if since == count else f" ({since} since midnight)"


def _people(count: int, did: str) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'} {did}"


def _notes(picture: Picture) -> Iterable[str]:
    if weeks := picture.weeks:
        kind = weeks.kind.lower()
        yield f"Per cent positive over the weeks, {kind}: {weeks.sentence}"
    if line := picture.completed.line:
        yield f"Not the whole picture: {line}"
    if picture.completed.corrected:
        yield picture.completed.corrected
    if corrected := picture.corrected.corrected:
        yield f"Corrected since the last mail: {'; '.join(corrected)}."
    if added := picture.corrected.added:
        yield f"Added to since the last mail: {'; '.join(added)}."
    if moved := picture.day.moved:
        yield (
            f"Time uncertain: answers of {moved} may be from another day, because a "
            "device's clock was wrong."
        )


def _counts(picture: Picture) -> Iterable[tuple[str, str]]:
    day = picture.day
    modes = ", ".join(f"{mode_name(mode)} {count}" for mode, count in day.by_mode)
    answered = f"{day.responses:,}" + (f" ({modes})" if modes else "")
    is_heard = day.responses or not picture.completed.line
    yield "Answered", answered if is_heard else "nobody, as far as anything was heard"
    if picture.health.asked:
        yield "By text", picture.health.asked
    if day.fft.total:
        yield from _fft(day.fft)
    for part in day.apart:
        yield part.title, _people(part.responses, "answered")


def _fft(fft: Fft) -> Sequence[tuple[str, str]]:
    each = ", ".join(f"{fft_name(key)} {count}" for key, count in fft.counts().items())
    return (
        ("Positive", f"{fft.positive_percent}% ({fft.positive} of {fft.total})"),
        ("Negative", f"{fft.negative_percent}% ({fft.negative} of {fft.total})"),
        ("Overall experience", each),
    )


def text_of(letter: Letter) -> str:
    """The mail without HTML."""
    parts = [f"{letter.title}\n{letter.date}"]
    if letter.loud:
        parts.append("NOT EVERYTHING IS HEARD\n" + _list(letter.loud))
    if letter.waits:
        parts.append("To be seen\n" + _list(letter.waits))
    parts += [letter.changed, *letter.notes]
    if letter.counts:
        parts.append("\n".join(f"{name}: {value}" for name, value in letter.counts))
    if letter.said:
        parts.append(
            "In patients' own words\n\n" + "\n\n".join(map(_quoted, letter.said))
        )
        if letter.more_said:
            parts.append(f"{letter.more_said} more on the page.")
    if letter.health:
        parts.append(f"Tablets and texts, right now: {letter.health}")
    parts.append(f"The day's page: {letter.page}")
    if letter.today:
        parts.append(f"{letter.why_today}, on today's page: {letter.today}")
    if not letter.quiet:
        parts.append(f"A sheet for the huddle board: {letter.sheet}")
    parts.append(f"-- \n{FOOTER}")
    return "\n\n".join(parts) + "\n"


def _list(several: Iterable[str]) -> str:
    return "\n".join(f"- {one}" for one in several)


def _quoted(said: Said) -> str:
    asked = (f"{title}\n{text}" for title, text in said.words)
    return "\n".join([f"[{said.rated}]", *asked])
