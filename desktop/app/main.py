"""hengchi: the window, and its subcommands. Imports here are those that the first window needs, and no others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.platform.anew import FLAG, message_of


def main(argv: list[str] | None = None) -> int:
    """Exit code 0 when it did what was asked; `verify` gives 0 only for a genuine notice."""
    arguments = _parser().parse_args(argv)
    return int(arguments.run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hengchi", description="Administrative enforcement by rules, offline first.")
    parser.add_argument(
        "--profile", type=Path, help="folder of the profile; otherwise $HENGCHI_PROFILE or the usual place"
    )
    parser.add_argument(FLAG, type=int, default=-1, help=argparse.SUPPRESS)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers()
    verify = commands.add_parser(
        "verify", help="is it genuine? A notice as PDF, picture or its code's text; an export package of a case"
    )
    verify.add_argument("what", help="a file, or the text of the code")
    verify.add_argument(
        "--trust",
        type=Path,
        help="the agency's published repository, or for a package its 1.root.json; otherwise the profile's",
    )
    verify.add_argument("--password-file", type=Path, help="the password of an encrypted package")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)
    demo = commands.add_parser("demo", help="one real case through every layer, in the real window")
    demo.add_argument("--headless", action="store_true", help="without a screen")
    demo.add_argument("--out", type=Path, required=True)
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument(
        "--story",
        choices=("ordinary", "exempted", "quashed", "city"),
        help="a whole case from source to archive; or a month of a small city, at speed and without windows",
    )
    demo.add_argument("--devices", type=int, default=20, help="of the city")
    demo.add_argument("--days", type=int, default=30, help="of the city")
    demo.set_defaults(run=_demo)
    pictures = commands.add_parser("pictures", help="every place in three themes, two languages and two sizes")
    pictures.add_argument("--out", type=Path, required=True)
    pictures.set_defaults(run=_pictures)
    profile = commands.add_parser(
        "profile",
        help="make a profile and its enrolment request, load a grant, or take in the agency's data from a folder or stick",
    )
    profile.add_argument("step", choices=("create", "grant", "authority"))
    profile.add_argument("--label", default="", help="name of the device")
    profile.add_argument("--person", action="append", default=[], help="certificate number; repeat for each officer")
    profile.add_argument("--password-file", type=Path, help="one password a line, in the order of --person")
    profile.add_argument(
        "--file",
        type=Path,
        help="the grant to load, where the request is also written, or the folder with the agency's published set",
    )
    profile.set_defaults(run=_profile)
    doctor = commands.add_parser(
        "doctor", help="check the profile; --rebuild makes every projection again and compares"
    )
    doctor.add_argument("--rebuild", action="store_true")
    doctor.add_argument("--person", required=True, help="certificate number")
    doctor.add_argument("--password-file", type=Path, required=True)
    doctor.set_defaults(run=_doctor)
    archive = commands.add_parser(
        "archive", help="a case as it is filed: its volumes as PDF and a package that verify checks"
    )
    archive.add_argument("--case", required=True, help="its number, or words that find it alone")
    archive.add_argument("--out", type=Path, required=True)
    archive.add_argument("--person", required=True, help="certificate number")
    archive.add_argument("--password-file", type=Path, required=True)
    archive.add_argument(
        "--authority", type=Path, help="the agency's published repository; else what this device keeps of it"
    )
    archive.set_defaults(run=_archive)
    review = commands.add_parser("review", help="the case-review board on a unit's whole year: figures and list")
    review.add_argument("--unit", required=True, help="id or name of the unit")
    review.add_argument("--year", type=int, required=True)
    review.add_argument("--person", required=True, help="certificate number")
    review.add_argument("--password-file", type=Path, required=True)
    review.add_argument("--json", type=Path, help="where every case is written with all that was struck")
    review.add_argument("--pdf", type=Path, help="where the report is written")
    review.set_defaults(run=_review)
    _form_commands(commands.add_parser("form", help="documents that data set: list them, print one"))
    return parser


def _form_commands(form: argparse.ArgumentParser) -> None:
    steps = form.add_subparsers(dest="step", required=True)
    listed = steps.add_parser("list", help="every kind with its filing place and the condition of its use")
    listed.add_argument("--json", action="store_true", help="with fields and articles")
    listed.set_defaults(run=_form)
    printed = steps.add_parser("print", help="a PDF of one document; what the law demands and lacks is said in words")
    printed.add_argument("kind", help="an id of the list, or the path of a form of your own (.toml)")
    printed.add_argument("--data", type=Path, required=True, help="values, as in resources/forms/samples")
    printed.add_argument("--out", type=Path, required=True)
    printed.add_argument("--variant", type=Path, help="an agency's own title, labels and blocks")
    printed.add_argument("--draft", action="store_true", help="print although something is missing, marked 草稿")
    printed.set_defaults(run=_form)


def _window(arguments: argparse.Namespace) -> int:
    from desktop.app.application import run_window  # Qt is not needed by the other commands

    return run_window(arguments.profile, message_of(arguments.locked) if arguments.locked > 2 else b"")


def _verify(arguments: argparse.Namespace) -> int:
    from desktop.app.verify import run_verify  # each command imports what it needs

    return run_verify(arguments)


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.story == "city":
        from desktop.app.town_demo import run_city  # each command imports what it needs

        return run_city(arguments.out, arguments.seed, arguments.devices, arguments.days)
    if arguments.story:
        from desktop.app.story_demo import run_story  # each command imports what it needs

        return run_story(arguments.out, arguments.seed, arguments.story, headless=arguments.headless)
    from desktop.app.demo import run_demo  # as above

    return run_demo(arguments.out, arguments.seed, headless=arguments.headless)


def _pictures(arguments: argparse.Namespace) -> int:
    from desktop.app.pictures import run_pictures  # each command imports what it needs

    return run_pictures(arguments.out)


def _profile(arguments: argparse.Namespace) -> int:
    from desktop.app.tools import run_profile  # each command imports what it needs

    return run_profile(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from desktop.app.tools import run_doctor  # each command imports what it needs

    return run_doctor(arguments)


def _archive(arguments: argparse.Namespace) -> int:
    from desktop.app.archive import run_archive  # each command imports what it needs

    return run_archive(arguments)


def _review(arguments: argparse.Namespace) -> int:
    from desktop.app.review import run_review  # each command imports what it needs

    return run_review(arguments)


def _form(arguments: argparse.Namespace) -> int:
    from desktop.app.forms import run_form  # each command imports what it needs

    return run_form(arguments)


if __name__ == "__main__":
    sys.exit(main())
