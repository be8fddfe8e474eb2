"""Who wants no more texts? Plainly, perhaps, or not at all, in each language.

A stop that is missed is texts to somebody who said no. A story that is taken for a stop
is words that nobody reads.
"""

import pytest

from smsgateway.words import STOP_MAYBE, STOP_NO, STOP_SURE
from tests.smsgateway.trust import HEARD

SURE = {
    "en": [
        "Stop xx", "stop ty", "ＳＴＯＰ",
        "STOP", "stop", "Stop.", "stop please", "Please stop", "STOP!!!",
        "Stop. Thank you",
        "please stop texting me", "stop texting me", "Stop sending me messages",
        "stop the texts", "can you stop messaging me please", "don't text me again",
        "Do not text me again", "do not message me", "no more texts", "unsubscribe me",
        "S T O P", "S.T.O.P.", "s-t-o-p", "stop all", "STOPALL", "UNSUBSCRIBE",
        "cancel",
        "END", "quit", "revoke", "OPTOUT", "opt out", "opt-out", "ARRET", "arrêt",
        "STOP, thanks", "take me off your list", "remove me", "STOP ❌", "hi, stop",
        "I don't want any more texts from you", "I want to unsubscribe",
        "no more messages",
        "please don’t contact me", "Stop contacting me, I have told you before",
        "I do not wish to be contacted again", "delete my number", "stop stop stop",
        "I would like to opt out of this survey", "pls stop bothering me",
        "stop sending me these text messages", "Could you please not text me",
    ],
    "cy": [
        "stopio", "Stopiwch", "stopio plîs", "peidiwch â thecstio fi", "STOPIO, diolch",
        "peidiwch ag anfon negeseuon", "dim mwy o negeseuon os gwelwch yn dda",
        "dw i ddim eisiau mwy o negeseuon", "stopiwch anfon tecstiau ataf i",
        "peidiwch â chysylltu â fi eto",
    ],
    "pl": [
        "przestań", "Przestańcie!", "proszę nie pisać więcej", "nie piszcie do mnie",
        "proszę nie wysyłać mi więcej wiadomości", "prosze przestac pisac",
        "nie chcę więcej SMS-ów", "proszę usunąć mój numer", "STOP, dziękuję",
        "nie przysyłajcie mi więcej smsów", "wypiszcie mnie z listy",
    ],
    "ro": [
        "oprește", "Opriți, vă rog", "opreste", "nu-mi mai trimiteți mesaje",
        "vă rog să încetați" , "nu mai vreau mesaje", "nu îmi mai scrieți",
        "nu mă mai contactați", "dezabonare", "ștergeți numărul meu",
        "nu mai trimiteti sms-uri va rog",
    ],
    "ur": [
        "بند کریں", "سٹاپ", "مجھے میسج مت بھیجیں", "براہ مہربانی میسج بند کر دیں",
        "مجھے دوبارہ پیغام نہ بھیجیں", "مجھے یہ میسج نہیں چاہیے", "band karo",
        "mujhe message mat karo", "بند", "میسج بھیجنا بند کرو", "مجھ سے رابطہ نہ کریں",
    ],
    "pa": [
        "ਬੰਦ ਕਰੋ", "ਸਟਾਪ", "ਮੈਨੂੰ ਮੈਸੇਜ ਨਾ ਭੇਜੋ", "ਕਿਰਪਾ ਕਰਕੇ ਸੁਨੇਹੇ ਬੰਦ ਕਰੋ",
        "ਮੈਨੂੰ ਹੋਰ ਸੁਨੇਹੇ ਨਹੀਂ ਚਾਹੀਦੇ", "ਮੇਰਾ ਨੰਬਰ ਹਟਾ ਦਿਓ",
        "ਮੈਨੂੰ ਦੁਬਾਰਾ ਮੈਸੇਜ ਨਾ ਕਰੋ",
    ],
    "bn": [
        "বন্ধ করুন", "বন্ধ", "থামুন", "দয়া করে আর মেসেজ পাঠাবেন না",
        "আমাকে মেসেজ দেবেন না",
        "মেসেজ পাঠানো বন্ধ করুন", "আমি আর মেসেজ চাই না", "আমার নম্বর মুছে দিন",
        "আমার সাথে যোগাযোগ করবেন না",
    ],
    "gu": [
        "બંધ કરો", "સ્ટોપ", "મને મેસેજ ન મોકલો", "મહેરબાની કરીને મેસેજ બંધ કરો",
        "મને હવે મેસેજ મોકલશો નહીં", "મારે મેસેજ નથી જોઈતા", "મારો નંબર કાઢી નાખો",
    ],
    "ar": [
        "توقف", "أوقفوا", "لا ترسلوا لي رسائل", "من فضلكم لا ترسلوا رسائل أخرى",
        "لا أريد رسائل", "توقفوا عن إرسال الرسائل", "أوقفوا الرسائل لو سمحتم",
        "احذفوا رقمي", "إلغاء الاشتراك", "لا تراسلوني",
    ],
    "so": [
        "jooji", "Joojiya fadlan", "ha ii soo dirin fariin", "jooji fariimaha",
        "fariimo ma rabo", "lambarkayga ka tirtir", "fadlan ha ila soo xiriirin",
        "ma rabo fariimo dambe",
    ],
    "zh-Hans": [
        "停止", "退订", "请停止", "请不要再给我发短信", "别再发短信了", "不要再联系我",
        "停止发送短信", "我不想再收到短信", "请删除我的号码", "不要发了", "TD",
        "别给我发信息",
    ],
}  # fmt: skip
MAYBE = {
    "en": [
        "STOP Margaret", "Stop from Mrs Jones", "stop please I am in mourning",
        "stop it now please you are upsetting me", "STOP 1", "reply stop",
        "how do i stop this", "dont text", "no texts", "STOPPED",
        "why are you still texting, I said stop", "my husband died last week",
        "He passed away on Tuesday", "she is no longer with us",
        "why do you keep messaging me", "how did you get my number",
        "I never agreed to this, leave me alone", "Who gave you my phone number?",
        "The food was cold and I want you to stop sending these texts to my wife",
        "I didn't sign up for text messages", "I am sick of these texts",
        "why are you texting me about my dead husband", "wrong number",
        "STOP. I am ill",
        "I'm going to report you for sending me this", "nobody asked for your messages",
        "They text me the results but I don't want texts at night",
        "Leave me alone please", "STOP\nMargaret",
    ],
    "cy": ["stop decstio", "peidiwch a fy nhecstio",
        "pam ydych chi'n tecstio fi o hyd", "sut gawsoch chi fy rhif",
        "gadewch lonydd i mi", "dw i wedi cael digon o'r negeseuon yma",
        "roedd y bwyd yn oer, a stopiwch y tecstiau yma i fy ngwraig",
    ],
    "pl": ["mój mąż umarł",
        "dlaczego ciągle do mnie piszecie", "skąd macie mój numer",
        "zostawcie mnie w spokoju", "mam dość tych wiadomości",
        "nie zgadzałem się na żadne smsy", "To pomyłka",
    ],
    "ro": ["Soțul meu a murit",
        "de ce îmi tot trimiteți mesaje", "de unde aveți numărul meu",
        "lăsați-mă în pace", "m-am săturat de mesajele astea",
        "nu am fost de acord cu aceste mesaje",
    ],
    "ur": [
        "آپ مجھے بار بار میسج کیوں کرتے ہیں", "میرا نمبر کہاں سے ملا",
        "مجھے تنگ نہ کریں",
        "میں نے میسج کی اجازت نہیں دی", "mera number kahan se mila",
    ],
    "pa": [
        "ਤੁਸੀਂ ਮੈਨੂੰ ਮੈਸੇਜ ਕਿਉਂ ਭੇਜਦੇ ਹੋ", "ਮੇਰਾ ਨੰਬਰ ਕਿੱਥੋਂ ਮਿਲਿਆ", "ਮੈਨੂੰ ਤੰਗ ਨਾ ਕਰੋ",
        "ਮੈਂ ਮੈਸੇਜ ਦੀ ਇਜਾਜ਼ਤ ਨਹੀਂ ਦਿੱਤੀ", "ਮੇਰਾ ਪਿੱਛਾ ਛੱਡੋ",
    ],
    "bn": [
        "কেন আমাকে বারবার মেসেজ দেন", "আমার নম্বর কোথায় পেলেন",
        "আমাকে আর বিরক্ত করবেন না",
        "আমি মেসেজের অনুমতি দিইনি", "ভুল নম্বর",
    ],
    "gu": [
        "તમે મને મેસેજ કેમ મોકલો છો", "મારો નંબર ક્યાંથી મળ્યો", "મને હેરાન ન કરો",
        "મેં મેસેજની મંજૂરી આપી નથી", "ખોટો નંબર",
    ],
    "ar": [
        "لماذا ترسلون لي رسائل كل يوم", "من أين حصلتم على رقمي", "اتركوني وشأني",
        "لم أوافق على هذه الرسائل", "الرقم خطأ",
    ],
    "so": [
        "maxaad fariimo badan iigu soo dirtaan", "xaggee ka heshay lambarkayga",
        "iga daa", "ma aan oggolaan fariimahan fariimo", "yaa ku siiyay lambarkayga",
    ],
    "zh-Hans": [
        "你们为什么一直给我发短信", "你们怎么有我的号码", "别烦我",
        "我没有同意过这些短信",
        "谁给你我的手机号",
    ],
}  # fmt: skip
NOT = {
    "en": [
        "stop the noise at night", "stop moving patients at night", "the bus stop",
        "they would not stop", "stop wasting food", "Please stop the alarms",
        "my dad died because of you and nobody told us",
        "the pain would not stop", "please stop the noise at night", "nonstop noise",
        "",
        "the bus stop is far", "non-stop texting nurses", "non stop noise", "...",
        "The nurses did not stop to listen", "they should stop texting at the desk",
        "at the end nobody came", "they cancelled my operation", "I quit smoking",
        "stop smoking advice was good", "they don't text me back", "end of life care",
        "I could not get them to stop the drip", "stop smoking texts were useful",
        "the nurses were texting and did not stop to help", "I want to end it",
        "I want to end my life", "the wrong number was on my wristband", "please end",
        "my message was not passed on", "nobody told me why I was waiting",
        "spam fritters",
        "I did not agree to the operation being moved", "they never sent me a letter",
        "the doctor did not stop talking", "they would not leave me alone", "good", "5",
        "Quit the cold toast", "take me home", "nobody answered my text",
        "thank you for the text messages", "I had to remove it",
    ],
    "cy": [
        "doedd y boen ddim yn stopio", "bwyd oer", "roedd y nyrsys yn garedig",
        "safle bws", "ches i ddim neges gan y meddyg",
    ],
    "pl": [
        "ból nie przestawał", "proszę nie wysyłać mnie do domu", "jedzenie zimne",
        "pielęgniarki były miłe", "przystanek jest daleko", "nie chcę wracać do domu",
    ],
    "ro": [
        "durerea nu se oprea", "mâncarea era rece", "nu vreau acasă", "opt",
        "asistentele au fost bune", "nu m-au lăsat în pace noaptea",
    ],
    "ur": [
        "درد بند نہیں ہوا", "کھانا ٹھنڈا تھا", "نرس بہت اچھی تھی",
        "شور بند نہیں ہوتا تھا",
        "دروازہ بند تھا", "نرس نے میسج نہیں بھیجا",
    ],
    "pa": [
        "ਦਰਦ ਬੰਦ ਨਹੀਂ ਹੋਇਆ", "ਖਾਣਾ ਠੰਡਾ ਸੀ", "ਨਰਸ ਚੰਗੀ ਸੀ", "ਰੌਲਾ ਬੰਦ ਨਹੀਂ ਹੋਇਆ",
        "ਨਰਸ ਨੇ ਮੈਸੇਜ ਨਹੀਂ ਭੇਜਿਆ", "ਬਹੁਤ ਚੰਗਾ",
    ],
    "bn": [
        "ব্যথা বন্ধ হয়নি", "খাবার ঠান্ডা ছিল", "নার্স ভালো ছিলেন", "শব্দ থামেনি",
        "খুব ভালো",
    ],
    "gu": [
        "દુખાવો બંધ ન થયો", "ખાવાનું ઠંડું હતું", "નર્સ સારી હતી", "અવાજ બંધ ન થયો",
        "ખૂબ સારો",
    ],
    "ar": [
        "الألم لم يتوقف", "الطعام بارد", "الممرضة طيبة", "لا ترسلوني إلى البيت",
        "جيدة جدا",
    ],
    "so": [
        "xanuunku ma joogsan", "cuntadu way qabowday", "kalkaaliyaha waa fiican yahay",
        "aad u wanaagsan", "waxaan rabaa caawimo",
    ],
    "zh-Hans": [
        "疼痛没有停止", "饭菜是冷的", "护士很好", "晚上吵个不停", "不要再给我吃冷饭",
    ],
}  # fmt: skip


def rows(table):
    return [
        pytest.param(words, id=f"{language}-{at}")
        for language, texts in table.items()
        for at, words in enumerate(texts)
    ]


@pytest.mark.parametrize("words", rows(SURE))
def test_these_ask_us_to_stop(words):
    assert HEARD.stop_in(words) == STOP_SURE


@pytest.mark.parametrize("words", rows(MAYBE))
def test_these_may_be_a_stop_and_a_person_looks(words):
    assert HEARD.stop_in(words) == STOP_MAYBE


@pytest.mark.parametrize("words", rows(NOT))
def test_these_are_no_stop(words):
    assert HEARD.stop_in(words) == STOP_NO


def test_every_language_has_its_table():
    assert SURE.keys() == MAYBE.keys() == NOT.keys() == HEARD.names.keys()
    assert all(
        len(texts) >= 5 for table in (SURE, MAYBE, NOT) for texts in table.values()
    )
