"""hengchi-rules: what the legal office does with a rule pack on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from central.authority.rules_build import build_pack
from central.authority.rules_prove import Fault, Proof, prove_pack, typed_facts
from central.platform.clock import SystemClock
from central.platform.files import write_durably
from enforcement.discretion import ActContext, Determination, evaluate, explain, why_not
from enforcement.rules import FactValue, LoadedPack, Violation, format_fact, load_pack, parse_fact
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text
from enforcement.values.shapes import to_plain

Result = tuple[bool, dict[str, Any], list[str]]
PARTIES = ("organisation", "citizen", "sole_trader")


def main(argv: list[str] | None = None) -> int:
    """0 when all is well, 1 when the pack or the facts are at fault, 2 for wrong words."""
    asked = _parser().parse_args(argv)
    try:
        ok, result, lines = asked.run(asked)
    except KnownError as error:
        ok, result, lines = False, {"error": error.code, **_plain(error.details)}, [str(error)]
    except (OSError, json.JSONDecodeError) as error:
        ok, result, lines = False, {"error": str(error)}, [f"hengchi-rules: {error}"]
    if asked.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print("\n".join(lines), file=sys.stdout if ok else sys.stderr)
    return 0 if ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hengchi-rules", description="Rule packs: checked, tried, compiled.")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Callable[[argparse.Namespace], Result], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words)
        made.add_argument("pack", type=Path, help="the pack's source folder, or its compiled file")
        made.add_argument("--json", action="store_true")
        made.set_defaults(run=run)
        return made

    command("lint", _lint, "check a pack as a whole")
    command("prove", _prove, "prove every table; a folder of packs proves them all").add_argument(
        "--counterexamples", type=Path, help="folder for the facts files of counterexamples, which eval reproduces"
    )
    command("test", _test, "run the cases that the pack carries")
    compiled = command("compile", _compile, "write the canonical bytes that are signed")
    compiled.add_argument("--out", type=Path, required=True)
    for name, run, words in (
        ("eval", _eval, "measure a violation"),
        ("explain", _explain, "the same in sentences, as they stand in the notice"),
    ):
        made = command(name, run, words)
        made.add_argument("--violation", required=True)
        made.add_argument("--facts", type=Path, required=True, help="JSON: fact id to value, as it would be typed")
        made.add_argument("--at", type=date.fromisoformat, required=True, help="day of the act")
        made.add_argument("--decided", type=date.fromisoformat, help="day of the decision; default the same")
        made.add_argument("--party", choices=PARTIES, default="organisation")
    return parser


def _load(path: Path) -> LoadedPack:
    return load_pack(build_pack(path) if path.is_dir() else path.read_bytes())


def _lint(asked: argparse.Namespace) -> Result:
    pack = _load(asked.pack).pack
    rows = sum(len(version.tiers) for violation in pack.violations for version in violation.versions)
    unverified = [violation.id for violation in pack.violations if violation.status != "verified"]
    result = {"violations": len(pack.violations), "rows": rows, "unverified": unverified}
    return (
        True,
        result,
        [f"{pack.title} {pack.version}: {len(pack.violations)} violations, {rows} rows, unverified: {unverified}"],
    )


def _prove(asked: argparse.Namespace) -> Result:
    started = perf_counter()
    folders = [asked.pack]
    if asked.pack.is_dir() and not (asked.pack / "pack.toml").exists():
        folders = sorted(path.parent for path in asked.pack.glob("*/pack.toml"))
        if not folders:
            raise KnownError("rules.pack_invalid", where=asked.pack.name, why="no pack.toml in it")
    packs = [_load(folder) for folder in folders]
    violations = [violation for loaded in packs for violation in loaded.pack.violations]
    proofs = [(loaded, proof) for loaded in packs for proof in prove_pack(loaded)]
    faults = [
        _fault(loaded.violation(proof.violation), proof, fault) for loaded, proof in proofs for fault in proof.faults
    ]
    if asked.counterexamples:
        for number, fault in enumerate(faults, 1):
            if fault["facts"]:
                path = asked.counterexamples / f"{number:03d}-{fault['violation']}-{fault['kind']}.json"
                write_durably(path, json.dumps(fault["facts"], ensure_ascii=False).encode(), 0o644)
    result = {
        "violations": len(violations),
        "versions": len(proofs),
        "rows": sum(len(version.tiers) for violation in violations for version in violation.versions),
        "cells": sum(proof.cells for _, proof in proofs),
        "proved": sum(proof.proved for _, proof in proofs),
        "unverified": sum(violation.status != "verified" for violation in violations),
        "seconds": round(perf_counter() - started, 3),
        "faults": faults,
    }
    lines = [
        f"{name}: {result[name]}" for name in ("violations", "versions", "rows", "proved", "unverified", "seconds")
    ]
    lines += [f"{fault['violation']} ({fault['kind']}) {fault['words']}" for fault in faults]
    return not faults, result, lines


def _fault(violation: Violation, proof: Proof, fault: Fault) -> dict[str, Any]:
    return {
        "violation": proof.violation,
        "valid_from": proof.valid_from.isoformat(),
        "kind": fault.kind,
        "party": fault.party,
        "words": fault.words,
        "facts": typed_facts(violation, fault.facts),
        "worse": typed_facts(violation, fault.worse),
    }


def _test(asked: argparse.Namespace) -> Result:
    loaded = _load(asked.pack)
    day = max(SystemClock().now().date(), loaded.pack.valid_from)
    wrong: list[dict[str, Any]] = []
    count = 0
    for violation in loaded.pack.violations:
        for case in violation.cases:
            count += 1
            at = case.at or day
            found = evaluate(loaded, violation.id, case.facts, ActContext(at, case.decided or at, case.party))
            exempt = found.exempt if case.exempt is None else case.exempt
            got = (found.tier, found.exempt, tuple(step.id for step in found.steps))
            if got != (case.tier, exempt, case.steps) or case.fine_fen not in (None, found.recommended_fen):
                wrong.append(
                    {
                        "violation": violation.id,
                        "case": case.name,
                        "tier": found.tier,
                        "fine_fen": found.recommended_fen,
                    }
                )
    lines = [
        f"{count} cases, {len(wrong)} wrong",
        *(f"{one['violation']}: {one['case']}: {one['tier']} {one['fine_fen']}" for one in wrong),
    ]
    return not wrong, {"cases": count, "wrong": wrong}, lines


def _compile(asked: argparse.Namespace) -> Result:
    data = build_pack(asked.pack)
    write_durably(asked.out, data, 0o644)
    loaded = load_pack(data)
    return (
        True,
        {"digest": loaded.digest.hex(), "bytes": len(data)},
        [f"{asked.out}: {len(data)} bytes, {loaded.digest.hex()}"],
    )


def _measured(asked: argparse.Namespace) -> tuple[LoadedPack, dict[str, FactValue], Determination]:
    loaded = _load(asked.pack)
    violation = loaded.violation(asked.violation)
    facts: dict[str, FactValue] = {}
    for name, value in json.loads(asked.facts.read_text("utf-8")).items():
        spec = violation.spec(name)
        if spec is None:
            raise KnownError("rules.fact_invalid", fact=name, text=str(value), why="the table does not ask for it")
        facts[name] = value if isinstance(value, bool) else parse_fact(spec, str(value))
    context = ActContext(asked.at, asked.decided or asked.at, asked.party)
    return loaded, facts, evaluate(loaded, asked.violation, facts, context)


def _eval(asked: argparse.Namespace) -> Result:
    loaded, facts, found = _measured(asked)
    specs = {spec.id: spec for spec in loaded.violation(asked.violation).facts}
    lines = [f"{specs[name].label} {format_fact(specs[name], value)}" for name, value in facts.items()]
    if found.recommended_fen is None:
        return False, _plain(to_plain(found)), [*lines, f"missing: {found.missing}", *found.refusals]
    band = f"{plain_text(found.band_lo or 0)} – {plain_text(found.band_hi or 0)}"
    lines.append(f"{found.tier_label} {band} 元，建议 {plain_text(found.recommended_fen)} 元")
    return True, _plain(to_plain(found)), lines


def _explain(asked: argparse.Namespace) -> Result:
    loaded, facts, found = _measured(asked)
    words, other = explain(found), why_not(loaded, asked.violation, facts, found)
    return bool(words), {"reasons": words, "why_not": other}, [words, other]


def _plain(value: Any) -> Any:
    """JSON has no bytes: digests become hex."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    sys.exit(main())
