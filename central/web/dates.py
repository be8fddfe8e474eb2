"""How do people write a day into a form?

With points, slashes, the month's name, or as a browser does: whoever is in a hurry
copies what they see. What is no day gets one sentence, beside its field.
"""

from __future__ import annotations

from django import forms

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"]
A_DATE = "Write the {} like 29/11/2026"


def day_field(asks: str) -> forms.DateField:
    """`asks`: what is said when it is empty, and when it is no day."""
    return forms.DateField(
        input_formats=DATE_FORMATS,
        error_messages={"required": asks, "invalid": asks},
    )
