"""What may a template use?

Ours and the design system's templates, our filters, and a few functions. Escaping is
on everywhere; no template of ours turns it off.
"""

from __future__ import annotations

from typing import Any

import jinja2
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from central.web.words import FILTERS


def environment(**options: Any) -> jinja2.Environment:
    """Django calls this once, with its own options."""
    options["loader"] = jinja2.ChoiceLoader(
        [options["loader"], jinja2.PackageLoader("nhsuk_frontend_jinja")]
    )
    # The design system's macros read parameters that were not given.
    options["undefined"] = jinja2.ChainableUndefined
    jinja = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701, Django turns escaping on
    jinja.globals.update(
        static=static,
        url=_url,
        organisation=settings.CENTRAL.organisation,
    )
    jinja.filters.update(FILTERS)
    return jinja


def _url(name: str, *words: object) -> str:
    return reverse(name, args=words)
