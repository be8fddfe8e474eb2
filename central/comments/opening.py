"""What do the sealed words say?

Opened after the row is committed, never before: a comment that cannot be opened is
kept sealed and shown as such, and is tried again when its key arrives. Nothing here
decides that words are lost: the sealed row stays, whatever a key can do with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from central import bulk
from central.comments.folding import fold
from central.comments.listening import concerns_in
from central.comments.models import OPENED, Comment
from central.intake.models import Answer as AnswerRow
from central.keys import comment_private_keys
from central.logs import central_logger
from central.summaries.calls import call_again
from feedback.answer import WORDS, Answer
from feedback.seal import SealError, Swapped, UnknownKey, is_sealed, open_sealed

KEY, DAMAGED, SWAPPED = "key", "damaged", "swapped"

logger = central_logger()
_PLACE = ("device", "seq")
_COLUMNS = tuple(
    "device seq response question text trouble key_id concerns folded".split()
)


def open_comments(responses: Collection[str], answers: Iterable[Answer]) -> None:
    """Open those of these responses' rows that are sealed and were not opened before,
    and forget what was opened of a row that is sealed no more."""
    sealed = {(a.device, a.seq): a for a in answers if is_sealed(a.value)}
    opened = Comment.objects.filter(response__in=list(responses))
    done = {tuple(place): id for id, *place in opened.values_list("id", *_PLACE)}
    gone = [id for place, id in done.items() if place not in sealed]
    if gone:
        Comment.objects.filter(id__in=gone).delete()
    new = [answer for place, answer in sealed.items() if place not in done]
    keys = comment_private_keys() if new else {}
    records = []
    for a in new:
        text, trouble = _opened(a, keys)
        place = (a.device, a.seq, a.response, a.question)
        words = (text, trouble, _key_id(a), concerns_in(text), fold(text))
        records.append((*place, *words))
    bulk.insert("comments_comment", _COLUMNS, records)
    for trouble, count in Counter(one[5] for one in records if one[5]).items():
        logger.error("not opened", trouble=trouble, count=count)


def _opened(answer: Answer, keys: Mapping[str, bytes]) -> tuple[str, str]:
    """The text and the trouble: one of them is empty."""
    try:
        text = open_sealed(answer.value, answer.response, answer.question, keys)
    except UnknownKey:
        return "", KEY
    except Swapped:
        return "", SWAPPED
    except SealError:
        return "", DAMAGED
    # Sealed by a device that may be anyone's: PostgreSQL takes no NUL.
    return text.replace("\0", "").encode(errors="replace").decode(), ""


def _key_id(answer: Answer) -> str:
    return answer.value.split(".")[1]


def open_again() -> tuple[int, int]:
    """Try again what could not be opened: how many are open now, and how many are not.
    All of them, damaged ones too: it may have been the key that was."""
    keys = comment_private_keys()
    closed = Comment.objects.exclude(trouble=OPENED)
    several = closed.filter(key_id__in=list(keys)).values_list(
        "device", "seq", "response"
    )
    opened = [
        one for device, seq, one in list(several) if _open_again(device, seq, keys)
    ]
    call_again(opened)  # their words may call for help
    return len(opened), closed.count()


def _open_again(device: str, seq: int, keys: Mapping[str, bytes]) -> bool:
    words = AnswerRow.objects.filter(device=device, seq=seq).values_list(*WORDS).first()
    comment = Comment.objects.filter(device=device, seq=seq)
    if words is None or not is_sealed(words[5]):
        comment.delete()  # erased since
        return False
    text, trouble = _opened(Answer(*words), keys)
    comment.update(
        text=text, trouble=trouble, concerns=concerns_in(text), folded=fold(text)
    )
    return trouble == OPENED
