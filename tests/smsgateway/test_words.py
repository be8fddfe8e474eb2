"""What a few words mean, one list each: what counts, and what does not."""

import pytest

from feedback.surveys import load_surveys
from tests.smsgateway.trust import HEARD, INPATIENT

SURVEYS = load_surveys(INPATIENT.parent)
SURVEY = SURVEYS["inpatient@2"]
FFT = SURVEY.question("fft")

FIVES = [
    "5", " 5 ", "5.", "５", "٥", "۵", "५", "৫", "੫", "૫", "five", "Five", "FIVE!",
    "(5)", "“5”", "5️⃣", "5 please", "number 5", "Option five", "no 5", "No. 5", "5\n",
    "5!!", "‘5’", "rhif 5", "nr 5", "第5", "选5", "৫ নম্বর", "رقم 5", "নম্বর ৫",
    "thank you, 5", "five please", "lambarka 5", "نمبر 5", "proszę 5",
]  # fmt: skip
WORDS_FOR = {
    "en": "one two three four five six", "cy": "un dau tri pedwar pump chwech",
    "pl": "jeden dwa trzy cztery pięć sześć", "ro": "unu doi trei patru cinci șase",
    "ur": "ایک دو تین چار پانچ چھ", "pa": "ਇੱਕ ਦੋ ਤਿੰਨ ਚਾਰ ਪੰਜ ਛੇ",
    "bn": "এক দুই তিন চার পাঁচ ছয়", "gu": "એક બે ત્રણ ચાર પાંચ છ",
    "ar": "واحد اثنان ثلاثة أربعة خمسة ستة", "so": "kow laba saddex afar shan lix",
    "zh-Hans": "一 二 三 四 五 六",
}  # fmt: skip
NO_NUMBERS = [
    "²", "①", "5/5", "10/10", "4 or 5", "-1", "555", "5_0", "5 0", "+1", "1%", "½",
    "1.5", "4.5", "five stars", "Five stars", "5 stars", "5 hours", "Ⅴ", "", " ", "👍",
    "#1", "05", "one two", "£5", "5 5", "∞", "1e1", "0x5", "🔟", "5٪", "5分", "no one",
    "三四", "5 from 5", "not 5", "1-5", "−5", "no", "number", "12", "5-",
]  # fmt: skip


@pytest.mark.parametrize("words", FIVES)
def test_a_five_in_any_plain_form_is_five(words):
    assert HEARD.number_in(words) == 5
    assert HEARD.value_in(words, FFT) == "very_poor"


@pytest.mark.parametrize("language", SURVEY.languages)
def test_each_language_counts_to_six(language):
    words = WORDS_FOR[language].split()

    assert [HEARD.number_in(word) for word in words] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("words", NO_NUMBERS)
def test_what_is_not_plainly_one_number_is_none(words):
    assert HEARD.number_in(words) is None
    assert HEARD.value_in(words, FFT) == ""


@pytest.mark.parametrize("words", ["0", "7", "9", "seven", "zero", "十", "nouă"])
def test_a_number_off_the_scale_is_no_answer(words):
    assert HEARD.number_in(words) is not None
    assert HEARD.value_in(words, FFT) == ""


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Very good", "very_good"),
        ("very GOOD.", "very_good"),
        ("good, thanks", "good"),
        ("Don’t know", "dont_know"),
        ("dont know", "dont_know"),
        ("neither good nor poor", "neither"),
        ("Da iawn", "very_good"),
        ("1 Very good", "very_good"),
        ("1 - very good", "very_good"),
        ("1. Very good", "very_good"),
        ("4 = poor", "poor"),
        ("poor (4)", "poor"),
        ("ani dobrze ani zle", "neither"),
        ("很好", "very_good"),
        ("1 很好", "very_good"),
    ],
)
def test_an_options_own_words_are_the_answer(words, value):
    assert HEARD.value_in(words, FFT) == value


@pytest.mark.parametrize("language", SURVEY.languages)
def test_each_option_is_heard_in_each_language_with_its_number_and_without(language):
    for number, option in enumerate(FFT.options, 1):
        words = option.wording[language]

        assert HEARD.option_in(words, FFT) == (option.key, language)
        assert HEARD.option_in(f"{number}. {words}", FFT) == (option.key, language)
        assert HEARD.option_in(f"{number % 6 + 1} {words}", FFT) is None


@pytest.mark.parametrize(
    "words",
    ["1 very poor", "not good", "good and bad", "very", "the food was good", "不好"],
)
def test_words_that_only_contain_an_option_are_no_answer(words):
    assert HEARD.value_in(words, FFT) == ""


# ── faces ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("😀", "very_good"), ("🙂", "good"), ("😐", "neither"), ("☹️", "poor"),
        ("😡", "very_poor"), ("🤷", "dont_know"), ("🤷🏽‍♀️", "dont_know"),
        ("😡😡😡", "very_poor"), ("😡 😡", "very_poor"), ("☺️☺️", "good"),
    ],
)  # fmt: skip
def test_one_face_is_an_answer_however_often(words, value):
    assert HEARD.value_in(words, FFT) == value


@pytest.mark.parametrize(
    "words", ["👍", "👎", "😡😀", "😡 nurses", "❤️", "😢", "🏽", "\ufe0f", "👩🏽‍⚕️"]
)
def test_other_pictures_are_none(words):
    assert HEARD.value_in(words, FFT) == ""


def test_a_face_answers_only_the_national_questions_options():
    step = SURVEY.question("arrival")

    assert step.option("2").key == "2"
    assert HEARD.value_in("😀", step) == ""


def test_every_face_is_one_of_the_questions_options():
    assert set(HEARD.faces) == {option.key for option in FFT.options}


# ── hello, help, thanks, languages ───────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "help", "HELP!", "help me", "please help me", "info", "I need help",
        "can someone help me please", "SOS", "helpwch fi", "pomocy!", "proszę o pomoc",
        "ajutor", "am nevoie de ajutor", "مدد", "میری مدد کریں", "ਮਦਦ ਕਰੋ", "ਬਚਾਓ",
        "সাহায্য করুন", "আমাকে বাঁচান", "મદદ કરો", "ساعدوني", "أحتاج إلى مساعدة",
        "i caawi", "救命", "请帮帮我", "我需要帮助",
    ],
)  # fmt: skip
def test_these_are_a_cry_for_help(words):
    assert HEARD.asks_for_help(words)


@pytest.mark.parametrize(
    "words",
    [
        "the help was great", "nobody would help", "", "me", "helpful staff", "I need",
        "no help at all", "护士帮我很多", "pomoc była dobra", "i", "now", "!",
    ],
)  # fmt: skip
def test_a_sentence_about_help_is_none(words):
    assert not HEARD.asks_for_help(words)


def test_only_the_carriers_keyword_alone_says_nothing_to_keep():
    assert HEARD.is_bare_help("HELP")
    assert HEARD.is_bare_help("info")
    assert not any(map(HEARD.is_bare_help, ("help me", "pomocy", "救命", "SOS", "")))


@pytest.mark.parametrize(
    "words",
    [
        "Hello", "hi there", "FEEDBACK", "Rowan", "...", "Bore da", "CYMRAEG", "",
        "good morning, thanks", "Dzień dobry", "Bună ziua", "السلام علیکم",
        "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ",
        "নমস্কার", "કેમ છો", "مرحبا", "asc", "你好", "polski", "po polsku", "in Polish",
        "Hello Rowan Ward",
    ],
)  # fmt: skip
def test_these_only_say_hello(words):
    assert HEARD.is_greeting(words, ["Rowan Ward"])


@pytest.mark.parametrize(
    "words", ["rude", "help me", "in pain", "👍", "hello nurse", "good", "好", "in"]
)
def test_these_say_something(words):
    assert not HEARD.is_greeting(words, ["Rowan Ward"])


@pytest.mark.parametrize(
    "words",
    [
        "thank you", "Thanks!", "ok", "", "diolch yn fawr", "dziękuję", "mulțumesc",
        "شکریہ", "ਧੰਨਵਾਦ", "ধন্যবাদ", "આભાર", "شكرا", "mahadsanid", "谢谢",
    ],
)  # fmt: skip
def test_these_are_thanks(words):
    assert HEARD.is_courtesy(words)


@pytest.mark.parametrize("words", ["thank the nurse", "👍", "iawn", "好", "no thanks"])
def test_these_are_more_than_thanks(words):
    assert not HEARD.is_courtesy(words)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("CYMRAEG", "cy"), ("Welsh please", "cy"), ("polski", "pl"), ("Polish", "pl"),
        ("po polsku", "pl"), ("polsku", "pl"), ("in Romanian please", "ro"),
        ("Română", "ro"), ("romana", "ro"), ("اردو", "ur"), ("URDU", "ur"),
        ("ਪੰਜਾਬੀ", "pa"), ("punjabi", "pa"), ("বাংলা", "bn"), ("Bengali", "bn"),
        ("ગુજરાતી", "gu"), ("gujarati", "gu"), ("العربية", "ar"), ("arabic", "ar"),
        ("Soomaali", "so"), ("af Soomaali", "so"), ("中文", "zh-Hans"),
        ("请说中文", "zh-Hans"), ("chinese", "zh-Hans"), ("English", "en"),
        ("angielski", "en"), ("英语", "en"),
    ],
)  # fmt: skip
def test_a_language_is_asked_for_by_its_name(words, language):
    assert HEARD.language_in(words) == language
    assert HEARD.language_in(words, greets=False) == language


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Bore da", "cy"), ("Dzień dobry", "pl"), ("Buna ziua", "ro"), ("ਹੈਲੋ", "pa"),
        ("কেমন", ""), ("નમસ્તે", "gu"), ("مرحبا", "ar"), ("is ka warran", "so"),
        ("您好", "zh-Hans"), ("شکریہ", "ur"), ("নমস্কার", "bn"), ("Hello", ""),
        ("السلام علیکم", ""), ("ok", ""), ("", ""), ("ward", ""), ("polish nurses", ""),
    ],
)  # fmt: skip
def test_a_greeting_of_one_language_alone_asks_for_it(words, language):
    assert HEARD.language_in(words) == language
    assert HEARD.language_in(words, greets=False) == ""


@pytest.mark.parametrize(
    "words", ["nobody came all night", "护士非常好，照顾得很周到", "x" * 25]
)
def test_these_are_an_account(words):
    assert HEARD.is_story(words)


@pytest.mark.parametrize("words", ["rude", "cold food", "护士很好", ""])
def test_these_are_not_yet(words):
    assert not HEARD.is_story(words)


@pytest.mark.parametrize("words", ["START", "start", " Start. ", "UNSTOP"])
def test_start_is_the_carriers(words):
    assert HEARD.asks_to_start(words)
    assert not HEARD.asks_to_start(f"{words} now")


def test_yes_is_the_carriers():
    assert HEARD.says_yes("Yes.")
    assert not HEARD.says_yes("yes please")
