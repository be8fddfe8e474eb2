"""A visitor's own words: typed on our keyboard, on the disk only sealed."""

from unittest import mock

from feedback.seal import open_sealed
from feedback.text import COMMENT_BYTES
from kiosk.flow import Visit
from tests.kiosk.walk import to_comment


def on_disk(log) -> bytes:
    """All bytes of the log's file and of what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in log.path.parent.iterdir())


def test_words_typed_on_our_keyboard_are_only_on_disk_sealed(kiosk, central):
    to_comment(kiosk)
    kiosk.type("Zebra at 2 am. Too loud!")
    kiosk.tap("next")
    [row] = [row for row in kiosk.log.after(0, 100) if row.question == "good"]
    private = {"k1": central.comment_keys[1]}
    words = open_sealed(row.value, row.response, "good", private)
    assert words == "Zebra at 2 am. Too loud!"
    stored = on_disk(kiosk.log)
    assert row.value.encode() in stored
    assert not any(word in stored for word in (b"Zebra", b"loud"))


def test_that_unsealed_words_would_be_found(kiosk):
    to_comment(kiosk)
    kiosk.type("Zebra")
    with mock.patch.object(Visit, "_sealed", lambda visit, key, text: text):
        kiosk.tap("next")
    assert b"Zebra" in on_disk(kiosk.log)


def test_welsh_letters_are_on_the_welsh_keyboard(kiosk, central):
    to_comment(kiosk, "cy")
    kiosk.type("Tŷ dŵr, tân a môr. Ïâî")
    assert kiosk.app.screens.current_screen.value == "Tŷ dŵr, tân a môr. Ïâî"


def test_a_sentence_begins_with_a_capital_by_itself(kiosk):
    to_comment(kiosk)
    for key in "o k . space y e s".split():
        kiosk.tap(f"key-{key}")
    assert kiosk.app.screens.current_screen.value == "Ok. Yes"


def test_delete_takes_one_letter_and_goes_on_while_it_is_held(kiosk):
    to_comment(kiosk)
    kiosk.type("Abcdef")
    kiosk.tap("key-backspace")
    view = kiosk.app.screens.current_screen
    assert view.value == "Abcde"

    touch = kiosk.press_at(*kiosk.find("key-backspace").center)
    kiosk.wait(lambda: view.value == "A")
    kiosk.release(touch)
    kiosk.frames(20)
    assert view.value == "A"


def test_a_full_box_says_so_and_takes_no_more(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    view.write("a" * (COMMENT_BYTES - 401))
    kiosk.settle()
    assert "There is room for about 100 more letters." in kiosk.texts()
    view.write("ŵ" * 300)
    assert len(view.value.encode()) == COMMENT_BYTES - 1
    kiosk.settle()
    assert "The box is full. You can still change what you wrote." in kiosk.texts()


def test_what_was_typed_is_still_there_after_the_warning(kiosk):
    to_comment(kiosk)
    kiosk.type("Quiet")
    kiosk.wait_s(61)
    kiosk.tap("still-here")
    assert kiosk.app.screens.current_screen.value == "Quiet"
