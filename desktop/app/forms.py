"""`hengchi form`: the documents that data set, listed and printed without a profile."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from desktop.messages.errors import words_of
from desktop.platform.files import write_durably
from desktop.printing.formset import library, render_form
from enforcement.notices.forms import DocumentForm, missing_in
from enforcement.values.errors import KnownError


def run_form(arguments: argparse.Namespace) -> int:
    """Exit code 0 when it was listed or printed; 1 with sentences when something is missing or wrong."""
    try:
        if arguments.step == "list":
            return _list(as_json=arguments.json)
        return _print(arguments.kind, arguments.data, arguments.out, arguments.variant, draft=arguments.draft)
    except KnownError as error:
        print(f"hengchi: {words_of(error).what}", file=sys.stderr)
        return 1


def _list(*, as_json: bool) -> int:
    forms = sorted(
        (library.form(one) for one in library.form_ids()), key=lambda form: (form.filing, form.order, form.id)
    )
    if as_json:
        print(json.dumps([_entry(form) for form in forms], ensure_ascii=False, indent=1))
        return 0
    for form in forms:
        print(f"{form.id:26} {form.filing} {form.title}：{form.condition}")
    return 0


def _entry(form: DocumentForm) -> dict[str, object]:
    fields = [
        {"path": one.path, "label": one.label, "kind": one.kind, "mandatory": one.mandatory, "article": one.article}
        for one in form.fields
    ]
    return {
        "id": form.id,
        "title": form.title,
        "stage": form.stage,
        "filing": form.filing,
        "condition": form.condition,
        "fields": fields,
    }


def _print(kind: str, data: Path, out: Path, variant: Path | None, *, draft: bool) -> int:
    form = library.form_named(kind)
    if variant is not None:
        form = library.with_variant(form, variant)
    values = library.read_values(data, form)
    pdf = render_form(form, values, draft=draft)
    missing = missing_in(form, values)
    for item in missing:
        print(f"{form.field(item.path).label}：{item.words}（{item.article}）", file=sys.stderr)
    if missing and not draft:
        return 1
    write_durably(out, pdf, 0o644)
    return 0
