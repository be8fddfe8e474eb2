"""What might someone write? All of it is made up: no patient wrote any of this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Phrases = Mapping[str, Sequence[str]]

# Under "What was good?", by the step that went best.
GOOD: Phrases = {
    "arrival": (
        "Someone met me at the door and showed me where everything was.",
        "My bed was ready and a nurse came with a cup of tea.",
        "They asked what I like to be called, and everyone used it.",
        "Quick to settle me in. No fuss at all.",
    ),
    "staff": (
        "The doctor sat down and drew me a picture of what they would do.",
        "Every nurse told me their name. Small thing, but it helps.",
        "They asked my daughter in, so that we both heard the plan.",
        "The healthcare assistant made me laugh on a very bad day.",
        "Nobody was rushed with me. I could ask the same thing twice.",
    ),
    "night": (
        "I slept! Lights down by half past ten and it was quiet.",
        "The night nurse walked round with a small torch, so nobody woke up.",
        "At three in the morning somebody still had time for me.",
        "They offered me ear plugs before I asked.",
    ),
    "any": (
        "Kind people.",
        "The soup.",
        "Very clean. Thank you all 🙂",
        "Everything, really.",
        "The lady who does the teas is worth her weight in gold ☕",
        "The physio got me to the window. First time in a week!",
    ),
    "cy": (
        "Roedd y nyrsys yn garedig iawn. Diolch o galon.",
        "Siaradodd rhywun Cymraeg â Mam. Roedd hynny'n bwysig iddi.",
        "Pawb mor groesawgar.",
    ),
    "other": (
        "Dziękuję, wszyscy byli bardzo mili.",
        "الممرضات لطيفات جداً، شكراً لكم",
        "Mulțumesc pentru tot.",
    ),
}

# Under "What could be better?", by the step that went worst.
BETTER: Phrases = {
    "arrival": (
        "I sat in a corridor for an hour before anyone knew that I was coming.",
        "Nobody showed me how the call bell works.",
        "They had lost my list of tablets and I had to start again from memory.",
        "Two people asked me the same twenty questions.",
        "My wife could not find the ward. The sign by the lift is wrong.",
    ),
    "staff": (
        "I was told three different things by three people about going home.",
        "They talked over me at the end of the bed as if I was not there.",
        "Please say who you are before you start taking blood.",
        "I pressed the bell and waited. It was a long time when it hurts.",
        "Use plain words. I nodded, but I had no idea what they meant.",
        "The round was over in one minute. I had questions written down.",
    ),
    "night": (
        "The bin lids bang all night. Every single time.",
        "Could the phone at the desk be turned down after midnight?",
        "Lights went on at five for the drugs trolley and that was that.",
        "People were talking at the desk as if it was daytime.",
        "I lay awake and worried. Nobody came past for a long while.",
    ),
    "any": (
        "Hotter food, please.",
        "More plugs near the bed.",
        "The television does not work and nobody knows whose job it is.",
        "Nothing.",
        "It was cold by the window.",
    ),
    "cy": (
        "Roedd hi'n swnllyd iawn yn y nos.",
        "Hoffwn gael gwybod pryd y caf fynd adref.",
    ),
    "other": ("Trudno było zrozumieć lekarza, potrzebny tłumacz.",),
}

# A word of their own for how a step felt.
OWN: Mapping[bool, Sequence[str]] = {
    True: ("looked after", "calm", "at home", "grateful", "hapus"),
    False: ("rushed", "muddled", "in the way", "forgotten", "ar goll"),
}
FELT: Mapping[bool, Sequence[str]] = {
    True: ("safe", "valued", "supported", "hopeful", "comfortable"),
    False: ("worried", "ignored", "frustrated", "lonely", "in_pain"),
}

LONG = (
    "I want to write this down while I remember it. I came in late on a Monday with "
    "my hip and I was frightened. The first night I did not know where I was and I "
    "called out, and a nurse came and sat with me, and she did not hurry. The days "
    "were mixed. One doctor explained it all and one did not look up. I was moved "
    "twice and each time something of mine was left behind: my glasses, then my book. "
    "Both came back. What would have helped is one piece of paper with the plan for "
    "the day on it, so that I need not ask and so that my son knows what to tell his "
    "sisters. The food was better than people say. I am going home tomorrow, and I "
    "will miss the window."
)
