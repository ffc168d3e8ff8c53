"""hengchi-rules: what the legal office does with a rule pack on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from central.authority import rules_commands as commands
from central.authority import rules_making as making
from enforcement.values.errors import KnownError

PARTIES = ("organisation", "citizen", "sole_trader")
PACK = "the pack's source folder, its workbook (.xlsx), its compiled file, or a signed one with --key"
Run = Callable[[argparse.Namespace], commands.Result]


def main(argv: list[str] | None = None) -> int:
    """0 when all is well, 1 when the pack or the facts are at fault, 2 for wrong words on the command line."""
    asked = _parser().parse_args(argv)
    try:
        ok, result, lines = asked.run(asked)
    except KnownError as error:
        details = {key: commands.plain(value) for key, value in error.details.items()}
        ok, result, lines = False, {"error": error.code, **details}, [_words(error)]
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        ok, result, lines = False, {"error": str(error)}, [f"hengchi-rules: {error}"]
    if asked.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print("\n".join(lines), file=sys.stdout if ok else sys.stderr)
    return 0 if ok else 1


def _words(error: KnownError) -> str:
    """One clear line, the place first, as compilers write it."""
    if error.code == "rules.pack_invalid":
        return f"{error.details.get('where')}: {error.details.get('why')}"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hengchi-rules", description="Discretion tables: written, proved, tried, signed."
    )
    add = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Run, words: str, pack: str = PACK) -> argparse.ArgumentParser:
        made = add.add_parser(name, help=words, description=words)
        if pack:
            made.add_argument("pack", type=Path, help=pack)
        made.add_argument("--json", action="store_true", help="print one JSON object")
        made.add_argument("--key", default="", help="hex of the public key that a signed pack must be signed by")
        made.set_defaults(run=run)
        return made

    new = command(
        "new", making.new, "write the source of a new pack with one violation to start from", "the new folder"
    )
    new.add_argument("--id", required=True)
    new.add_argument("--title", required=True)
    new.add_argument("--agency", required=True)
    new.add_argument("--field", default="城市管理", help="field of enforcement (执法领域)")
    new.add_argument("--from", dest="valid_from", type=date.fromisoformat, required=True, help="first day, YYYY-MM-DD")
    command("lint", commands.lint, "read a pack as a colleague would: whole, cited, its words saying what it computes")
    prove = command("prove", commands.prove, "prove every table; a folder of packs proves them all")
    prove.add_argument(
        "--counterexamples", type=Path, help="folder for facts files of counterexamples; eval reproduces them"
    )
    command("test", commands.test, "run the cases that the pack carries")
    diff = command("diff", commands.diff, "what changes for whom between two packs", "the older pack")
    diff.add_argument("newer", type=Path, help="the newer pack")
    diff.add_argument("--at", type=date.fromisoformat, help="the day to compare on; by default the newer one's first")
    diff.add_argument("--examples", type=Path, help="folder for facts files of the examples")
    for name, run, words in (
        ("eval", commands.evaluate_facts, "measure a violation: the determination"),
        ("explain", commands.explain_facts, "the same in sentences, as they stand in the notice"),
    ):
        _facts_arguments(command(name, run, words))
    bring = command("import", making.bring_in, "make a source of a workbook", "the workbook (.xlsx)")
    bring.add_argument(
        "--out", type=Path, required=True, help="a folder for TOML files, or a workbook to go on in (.xlsx)"
    )
    bring.add_argument("--id", default="imported", help="for a published table: the new pack's id")
    bring.add_argument("--agency", default="", help="for a published table: the agency")
    bring.add_argument("--field", default="城市管理", help="for a published table: the field of enforcement")
    bring.add_argument(
        "--from", dest="valid_from", type=date.fromisoformat, help="for a published table: its first day"
    )
    bring.add_argument(
        "--ends", choices=("both", "above", "below"), default="both",
        help="what 以上 and 以下 include in this table: both, only 以上, only 以下",
    )  # fmt: skip
    out = command("export", making.export, "write a pack as a workbook, with everything in it")
    out.add_argument("--out", type=Path, required=True)
    sign = command("sign", making.sign, "lint, test, prove, and sign with the office's key of the legal office")
    sign.add_argument("--authority", type=Path, required=True, help="the authority's directory")
    sign.add_argument("--password-file", type=Path, help="the office's password; otherwise $HENGCHI_AUTHORITY_PASSWORD")
    sign.add_argument("--out", type=Path, required=True)
    compiled = command("compile", making.compile_, "write the canonical bytes that are signed")
    compiled.add_argument("--out", type=Path, required=True)
    return parser


def _facts_arguments(made: argparse.ArgumentParser) -> None:
    made.add_argument("--violation", required=True)
    made.add_argument(
        "--also", action="append", default=[], help="another violation of the same act (APL Art. 29); repeat"
    )
    made.add_argument("--facts", type=Path, required=True, help="JSON: fact id to value, as it would be typed")
    made.add_argument("--at", type=date.fromisoformat, required=True, help="day of the act, or its last day")
    made.add_argument("--decided", type=date.fromisoformat, help="day of the decision; default the same")
    made.add_argument(
        "--found", type=date.fromisoformat, help="day on which the act came to notice; default the decision's"
    )
    made.add_argument("--later", type=Path, help="the edition of the table in force on the day of the decision")
    made.add_argument("--party", choices=PARTIES, default="organisation")
    made.add_argument("--age", type=int)
    made.add_argument("--capacity", choices=("full", "limited", "none"), default="full")
    made.add_argument("--already-fined", action="store_true", help="another agency has fined this act")
    made.add_argument("--hearing", type=int, help="the agency's threshold for a hearing for this party, in yuan")
    made.add_argument("--hearing-excludes", action="store_true", help="a sum equal to the threshold does not reach it")


if __name__ == "__main__":
    sys.exit(main())
