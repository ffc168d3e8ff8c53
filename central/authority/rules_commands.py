"""What hengchi-rules asks of a pack: lint, prove, test, diff, eval, explain. Each gives whether all is well, data, and lines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from central.authority.rules_files import is_source, load_any, read_any_source, read_file
from central.platform.files import write_durably
from enforcement.authoring import PackSource, build_pack
from enforcement.authoring.build import place_of
from enforcement.authoring.cases import run_cases
from enforcement.authoring.diff import diff as compare
from enforcement.authoring.lint import lint as read_through
from enforcement.authoring.proof import Fault, Proof, typed_facts
from enforcement.authoring.prove import prove_pack
from enforcement.discretion import ActContext, Determination, evaluate, explain, heaviest_of, why_not
from enforcement.rules import FactValue, LoadedPack, Violation, format_fact, load_pack, parse_fact
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text
from enforcement.values.shapes import to_plain

Result = tuple[bool, dict[str, Any], list[str]]
MAX_FACTS = 1 << 20


def lint(asked: argparse.Namespace) -> Result:
    """Remarks on every pack of a folder, or on one."""
    remarks: list[dict[str, str]] = []
    lines: list[str] = []
    total = {"violations": 0, "rows": 0}
    unverified: list[str] = []
    for one in packs_of(asked):
        loaded, pack = one.loaded, one.loaded.pack
        rows = sum(len(version.tiers) for violation in pack.violations for version in violation.versions)
        total["violations"] += len(pack.violations)
        total["rows"] += rows
        unverified += [violation.id for violation in pack.violations if violation.status == "unverified"]
        found = [
            {"kind": remark.kind, "where": one.place(remark.where), "words": remark.words}
            for remark in read_through(loaded)
        ]
        remarks += found
        count = len(found)
        lines.append(f"{pack.title} {pack.version}: {len(pack.violations)} violations, {rows} rows, {count} remarks")
        lines += [f"{remark['where']}: {remark['words']} ({remark['kind']})" for remark in found]
    return not remarks, {**total, "unverified": unverified, "remarks": remarks}, lines


@dataclass(frozen=True)
class Opened:
    """A pack, and its source where it was opened from one."""

    loaded: LoadedPack
    source: PackSource | None

    def place(self, where: str) -> str:
        """File and line, or sheet and cell, of what the loader's words name."""
        return place_of(self.source, where) if self.source is not None else where


def packs_of(asked: argparse.Namespace) -> list[Opened]:
    """The pack that was named, or every pack of a folder of packs."""
    path: Path = asked.pack
    if path.is_dir() and not (path / "pack.toml").exists():
        folders = sorted(one.parent for one in path.glob("*/pack.toml"))
        if not folders:
            raise KnownError("rules.pack_invalid", where=path.name, why="no pack.toml in it")
        return [_opened(folder) for folder in folders]
    return [_opened(path, asked.key)]


def _opened(path: Path, key: str = "") -> Opened:
    if not is_source(path):
        return Opened(load_any(path, key), None)
    source = read_any_source(path)
    return Opened(load_pack(build_pack(source)), source)


def prove(asked: argparse.Namespace) -> Result:
    """Every version of every violation; exit code 0 only when all are proved."""
    started = perf_counter()
    packs = packs_of(asked)
    violations = [violation for one in packs for violation in one.loaded.pack.violations]
    proofs = [(one, proof) for one in packs for proof in prove_pack(one.loaded)]
    faults = [_fault(one, proof, fault) for one, proof in proofs for fault in proof.faults]
    if asked.counterexamples:
        for number, fault in enumerate(faults, 1):
            for name in ("facts", "worse"):
                if fault[name]:
                    path = asked.counterexamples / f"{number:03d}-{fault['violation']}-{fault['kind']}-{name}.json"
                    write_durably(path, json.dumps(fault[name], ensure_ascii=False).encode(), 0o644)
    result: dict[str, Any] = {
        "violations": len(violations),
        "versions": len(proofs),
        "rows": sum(len(version.tiers) for violation in violations for version in violation.versions),
        "cells": sum(proof.cells for _, proof in proofs),
        "proved": sum(proof.proved for _, proof in proofs),
        "formulas": sum(proof.formulas for _, proof in proofs),
        "unverified": sum(violation.status == "unverified" for violation in violations),
        "seconds": round(perf_counter() - started, 3),
        "faults": faults,
        "reach": {
            proof.violation: {party: to_list(reach) for party, reach in proof.reach.items()} for _, proof in proofs
        },
    }
    shown = ("violations", "versions", "rows", "cells", "proved", "formulas", "unverified", "seconds")
    lines = [f"{name}: {result[name]}" for name in shown]
    lines += [
        f"{fault['where']} ({fault['kind']}{' ' if fault['party'] else ''}{fault['party']}) {fault['words']}"
        for fault in faults
    ]
    return not faults, result, lines


def to_list(reach: Any) -> dict[str, Any]:
    """What some facts lead to, as data."""
    return {"summary": list(reach.summary), "hearing": list(reach.hearing), "exempt": reach.exempt}


def _fault(one: Opened, proof: Proof, fault: Fault) -> dict[str, Any]:
    violation = one.loaded.violation(proof.violation)
    return {
        "where": one.place(f"violation {proof.violation}, version of {proof.valid_from}"),
        "violation": proof.violation,
        "valid_from": proof.valid_from.isoformat(),
        "kind": fault.kind,
        "party": fault.party,
        "words": fault.words,
        "facts": typed_facts(violation, fault.facts),
        "worse": typed_facts(violation, fault.worse),
    }


def test(asked: argparse.Namespace) -> Result:
    """The cases that packs carry."""
    results = [(one, case) for one in packs_of(asked) for case in run_cases(one.loaded)]
    wrong = [(one, case) for one, case in results if case.differences]
    data = [
        {
            "where": one.place(f"violation {case.violation}, case {case.name}"),
            "violation": case.violation,
            "case": case.name,
            "differences": list(case.differences),
        }
        for one, case in wrong
    ]
    lines = [f"{len(results)} cases, {len(wrong)} wrong"]
    lines += [f"{one['where']}: {'；'.join(one['differences'])}" for one in data]
    return not wrong, {"cases": len(results), "wrong": data}, lines


test.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def diff(asked: argparse.Namespace) -> Result:
    """What changes for whom."""
    old, new = load_any(asked.pack, asked.key), load_any(asked.newer, asked.key)
    changes = compare(old, new, asked.at)
    data: list[dict[str, Any]] = []
    for number, one in enumerate(changes, 1):
        example = typed_facts(new.violation(one.violation), one.example) if one.example is not None else {}
        data.append(
            {
                "kind": one.kind, "violation": one.violation, "party": one.party, "words": one.words, "cases": one.cases,
                "where": one.where, "sampled": one.sampled, "example": example,
            }
        )  # fmt: skip
        if asked.examples and example:
            path = asked.examples / f"{number:03d}-{one.violation}.json"
            write_durably(path, json.dumps(example, ensure_ascii=False).encode(), 0o644)
    lines = [one.words for one in changes] or ["没有变化"]
    return True, {"old": old.digest.hex(), "new": new.digest.hex(), "changes": data}, lines


def evaluate_facts(asked: argparse.Namespace) -> Result:
    """The determination as data, and its heart as lines."""
    loaded, facts, found = _measured(asked)
    specs = {spec.id: spec for spec in loaded.violation(found.violation).facts}
    lines = [f"{specs[name].label} {format_fact(specs[name], value)}" for name, value in facts.items() if name in specs]
    if found.recommended_fen is None:
        lines += [f"缺少事实：{specs[name].label}" for name in found.missing if name in specs]
        lines += [f"须先{step.text}（{step.basis}）" for step in found.steps]
        return False, plain(to_plain(found)), [*lines, *found.refusals]
    top = f"{plain_text(found.band_hi)} 元" if found.band_hi is not None else "以上"
    lines.append(
        f"{found.tier_label} {plain_text(found.band_lo or 0)} – {top}，建议 {plain_text(found.recommended_fen)} 元"
    )
    return True, plain(to_plain(found)), lines


def explain_facts(asked: argparse.Namespace) -> Result:
    """The reasons as they stand in the notice, and why it is not the next tier."""
    loaded, facts, found = _measured(asked)
    words, other = explain(found), why_not(loaded, found.violation, facts, found)
    result = {"reasons": words, "why_not": other.heavier, "why_not_lighter": other.lighter}
    return bool(words), result, [line for line in (words, other.heavier, other.lighter) if line]


def _measured(asked: argparse.Namespace) -> tuple[LoadedPack, dict[str, FactValue], Determination]:
    loaded = load_any(asked.pack, asked.key)
    later = load_any(asked.later, asked.key) if asked.later else None
    typed = _typed(asked.facts)
    hearing = None if asked.hearing is None else asked.hearing * 100
    context = ActContext(
        acted_on=asked.at,
        decided_on=asked.decided or asked.at,
        party_kind=asked.party,
        party_age=asked.age,
        hearing_citizen_fen=hearing,
        hearing_organisation_fen=hearing,
        found_on=asked.found,
        capacity=asked.capacity,
        already_fined=asked.already_fined,
        hearing_included=not asked.hearing_excludes,
    )
    alone = not asked.also
    measured = []
    facts: dict[str, FactValue] = {}
    for violation_id in (asked.violation, *asked.also):
        own = _facts(loaded.violation(violation_id), typed, alone)
        facts |= own
        measured.append(evaluate(loaded, violation_id, own, context, later))
    return loaded, facts, heaviest_of(measured)


def _typed(path: Path) -> Mapping[str, Any]:
    typed = json.loads(read_file(path, MAX_FACTS))
    if not isinstance(typed, dict):
        raise KnownError("rules.fact_invalid", fact=path.name, text="", why="an object of facts is needed")
    return typed


def _facts(violation: Violation, typed: Mapping[str, Any], alone: bool) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    for name, value in typed.items():
        spec = violation.spec(name)
        if spec is not None:
            facts[name] = value if isinstance(value, bool) else parse_fact(spec, str(value))
        elif alone:
            raise KnownError("rules.fact_invalid", fact=name, text=str(value)[:40], why="the table does not ask for it")
    return facts


def plain(value: Any) -> Any:
    """JSON has no bytes: digests become hex."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, int | str | bool | None) else str(value)
