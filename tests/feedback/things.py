"""Small things that many of these tests need."""

from feedback.answer import Draft

NOW = "2026-11-22T08:15:30.123Z"
RESPONSE = "0193b1d4-5c00-7000-8000-000000000001"


def draft(n=1, value="good", question="fft", response=RESPONSE):
    """The draft of an answer; drafts of different `n` are given at different times."""
    return Draft(
        response=response,
        survey="inpatient@1",
        question=question,
        value=value,
        ward="W1",
        mode="kiosk",
        answered_at=f"2026-11-22T08:{n // 60_000 % 60:02}:{n // 1000 % 60:02}."
        f"{n % 1000:03}Z",
    )


def words(text):
    return f"wording = {{ en = '''{text}''' }}"


def options(*keys):
    return "".join(f'[[question.option]]\nkey = "{k}"\n{words(k)}\n' for k in keys)


def choice(key, *keys, kind="choice", extra=""):
    keys = keys or ("yes", "no")
    head = f'[[question]]\nkey = "{key}"\nkind = "{kind}"\n'
    return f"{head}{words(key)}\n{extra}\n{options(*keys)}"


def comment(key, extra=""):
    return f'[[question]]\nkey = "{key}"\nkind = "comment"\n{words(key)}\n{extra}\n'


HEAD = """id = "test"
version = 1
languages = ["en", "cy"]
reviewed = ["en"]
title = { en = "A test" }
"""

SCALE = "".join(
    f'[[scale.option]]\nkey = "{key}"\n{words(key)}\n'
    for key in ("-2", "-1", "0", "1", "2")
)
FEELINGS = "".join(
    f'[[feeling]]\nkey = "{key}"\n{words(key)}\n' for key in ("safe", "lost", "own")
)
MAP = "[map]\nwording = { en = 'How did each part feel?' }\n"
FFT = """[[question]]
key = "fft"
kind = "rating"
fft = true
wording = { en = "Overall, how was your experience of our service?" }
""" + "".join(
    f'[[question.option]]\nkey = "{key}"\nwording = {{ en = "{text}" }}\n'
    for key, text in (
        ("very_good", "Very good"),
        ("good", "Good"),
        ("neither", "Neither good nor poor"),
        ("poor", "Poor"),
        ("very_poor", "Very poor"),
        ("dont_know", "Don't know"),
    )
)


def step(key, extra=""):
    return f"""[[question]]
key = "{key}"
kind = "feelings"
step = "{key}"
title = {{ en = "{key}" }}
wording = {{ en = "How did {key} feel?" }}
words = {{ en = "Which words fit?" }}
own = {{ en = "Which word of your own fits?" }}
{extra}
"""


GOOD = (
    HEAD
    + SCALE
    + FEELINGS
    + FFT
    + step("arrival")
    + comment(
        "better",
        'ask_if = [ { question = "fft", any_of = ["poor", "very_poor"] } ]',
    )
)
