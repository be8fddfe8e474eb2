"""What does the page look like on which the team logs in?"""

from __future__ import annotations

from html import escape

from smsgateway.asking.team.frame import LOGIN, outer_page, trouble

NAME_CHARS = 64
WRONG = "The name and the password do not belong together."


def login_page(wrong: str = "", name: str = "", after: str = "") -> str:
    """`after`: the page that was wanted."""
    title = "Error: Log in" if wrong else "Log in"
    body = (
        f"{trouble(wrong, 'name') if wrong else ''}<h1>Log in</h1>\n"
        '<p class="lead">For the patient-experience team: the texts that ask patients '
        "how their care was.</p>\n"
        f'<form class="login" method="post" action="{LOGIN}">'
        f'<input type="hidden" name="after" value="{escape(after)}">'
        '<label for="name">Name</label>'
        f'<input id="name" name="name" autocomplete="username" required '
        f'spellcheck="false" autocapitalize="none" maxlength="{NAME_CHARS}" '
        f'value="{escape(name)}">'
        '<label for="password">Password</label>'
        '<input id="password" name="password" type="password" required '
        'autocomplete="current-password">'
        '<button class="main">Log in</button></form>'
    )
    return outer_page(title, body)
