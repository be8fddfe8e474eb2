"""People who text, one after another, as Twilio would bring their words.

`python -m tests.faults.texter --url URL --public URL --token FILE --history FILE
--run N --seed N`. Signed webhooks to the real gateway. A text that is not answered is
brought again under its own id, until it is; some are brought twice all the same.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.demo.programs import ACCOUNT, NUMBER
from smsgateway.twilio import Account, signed_webhook
from tests.faults.history import TEXT, History, said
from tests.faults.verdict import rating
from tests.faults.visitor import CANARY

OPTIONS = ("very_good", "good", "neither", "poor", "very_poor", "dont_know")
PACE_S = 0.02
RETRY_S = 0.3
TIMEOUT_S = 12.0
TWICE_OF = 0.1
# Of no country: nobody has one of these.
NUMBERS = "+999"


@dataclass(frozen=True)
class Texter:
    client: httpx.Client
    account: Account
    history: History
    chance: random.Random
    run: int

    def person(self, number: int) -> None:
        """Words that open, a rating, and why; at times more words later."""
        name = f"{self.run}-{number}"
        phone = f"{NUMBERS}{self.run % 1_000:03}{number % 100_000:05}"
        option = self.chance.randrange(len(OPTIONS))
        self.say(phone, f"{name}.0", _words(name, "The tea was cold"))
        self.say(phone, f"{name}.1", str(option + 1), rating(name, OPTIONS[option]))
        self.say(phone, f"{name}.2", _words(name, "and the bed was hard"))
        if self.chance.random() < 0.3:
            self.say(phone, f"{name}.3", _words(name, "the doctor came at once"))

    def say(self, phone: str, name: str, words: str, token: str = "") -> None:
        known = [token or said(words)]
        sid = f"SM{said(name)[:32]}"
        webhook = signed_webhook(self.account, phone, NUMBER, words, sid)
        while not self._bring(webhook.content, webhook.headers, known):
            time.sleep(RETRY_S)
        if self.chance.random() < TWICE_OF:
            self._bring(webhook.content, webhook.headers, known)
        time.sleep(PACE_S)

    def _bring(self, body: str | bytes, headers: dict, known: Sequence[str]) -> bool:
        self.history.write("invoke", TEXT, known)
        try:
            answer = self.client.post("/sms", content=body, headers=headers)
        except httpx.ConnectError:
            self.history.write("fail", TEXT, known)  # nobody was there to hear it
            return False
        except httpx.HTTPError:
            self.history.write("info", TEXT, known)
            return False
        # A portal says 200 too, but not in TwiML.
        is_taken = answer.status_code == 200 and b"<Response" in answer.content
        self.history.write("ok" if is_taken else "info", TEXT, known)
        return is_taken


def _words(person: str, words: str) -> str:
    return f"{words} person-{person} {CANARY}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--public", required=True)
    parser.add_argument("--token", type=Path, required=True)
    parser.add_argument("--history", type=Path, required=True)
    parser.add_argument("--run", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    account = Account(
        ACCOUNT, given.token.read_text(), f"{given.public}/sms", frozenset([NUMBER])
    )
    history = History(given.history, f"texter {given.run}")
    chance = random.Random(given.seed)
    with httpx.Client(base_url=given.url, timeout=TIMEOUT_S) as client:
        texter = Texter(client, account, history, chance, given.run)
        for number in itertools.count():
            texter.person(number)


if __name__ == "__main__":
    main()
