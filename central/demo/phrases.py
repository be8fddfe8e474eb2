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
    "settling": (
        "I had a bell in my hand and my glasses beside me within five minutes.",
        "They put my bed where I can see the tree.",
    ),
    "meals": (
        "The soup is hot and somebody always opens the lids for me.",
        "They found me food that I may eat. It took one phone call.",
    ),
    "tests": (
        "I was told what the scan was for, and fetched on time.",
        "Blood taken at the first go. She warmed my hand first.",
    ),
    "medicines": (
        "Every tablet was named before I took it.",
        "Something for the pain came within ten minutes of my asking.",
    ),
    "going_home": (
        "My tablets were ready before my lift came.",
        "A written plan, and a number to call. Thank you.",
    ),
    "other": (
        "The chaplain came by just to say hello.",
        "The window. I watched the ducks for a whole week.",
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
    "pl": ("Dziękuję, wszyscy byli bardzo mili.",),
    "ro": ("Mulțumesc pentru tot.",),
    "ur": ("نرسیں بہت مہربان تھیں، شکریہ۔",),
    "pa": ("ਨਰਸਾਂ ਬਹੁਤ ਚੰਗੀਆਂ ਸਨ, ਧੰਨਵਾਦ।",),
    "bn": ("নার্সরা খুব ভালো ছিলেন, ধন্যবাদ।",),
    "gu": ("નર્સો ખૂબ સારી હતી, આભાર.",),
    "ar": ("الممرضات لطيفات جداً، شكراً لكم",),
    "so": ("Kalkaaliyeyaashu aad bay u fiicnaayeen, mahadsanid.",),
    "zh-Hans": ("护士们都很亲切，谢谢。",),
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
    "settling": (
        "I did not know where the toilet was until the evening.",
        "My bag stood in the corridor and I in my gown.",
    ),
    "meals": (
        "The lid was sealed and nobody came. I had the biscuits instead.",
        "I ask for no milk each day, and each day there is milk.",
    ),
    "tests": (
        "Nothing to eat from midnight, and then the test was put off.",
        "I waited on a trolley in a draught for an hour.",
    ),
    "medicines": (
        "My Parkinson's tablets came two hours late. They have to be on time.",
        "Nobody could tell me what the new white one is for.",
    ),
    "going_home": (
        "I sat in my coat from nine until four, waiting for tablets.",
        "They said tomorrow for three days.",
    ),
    "other": (
        "The car park costs my husband more than his lunch.",
        "There is nowhere to be on your own and cry.",
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
    "pl": ("Trudno było zrozumieć lekarza, potrzebny tłumacz.",),
    "ro": ("Am așteptat mult și nimeni nu mi-a spus de ce.",),
    "ur": ("کھانا ٹھنڈا تھا۔",),
    "pa": ("ਖਾਣਾ ਠੰਢਾ ਸੀ।",),
    "bn": ("খাবার ঠান্ডা ছিল।",),
    "gu": ("ખોરાક ઠંડો હતો.",),
    "ar": ("كان الانتظار طويلاً.",),
    "so": ("Cuntadu way qaboobayd.",),
    "zh-Hans": ("饭菜是凉的。",),
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

# Where someone can find them, who would like to talk.
WHERE = (
    "Bed 4, by the window",
    "Side room 2. I am Joan",
    "Bay C, the bed next to the door",
    "In the day room until tea, then bed 11",
)

# On the children's survey.
CHILD_GOOD = (
    "The play lady and the fish tank",
    "Nurse Ali drew a cat on my plaster",
    "I got a sticker for the blood test",
    "toast!!",
)
CHILD_BETTER = (
    "It is too loud when the little ones cry",
    "more wifi",
    "Tell ME what you are going to do not just mum",
    "the needle",
)

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
