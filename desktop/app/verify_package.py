"""`hengchi verify PACKAGE`: what an export package shows, in sentences; with no server, and no profile if a root is named.

Exit codes: 0 whole and under a root known beforehand; 3 whole, but the root has to be compared with the agency's; 1 something is
wrong; 2 it could not be opened.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.app.trust import trust_of
from desktop.messages.errors import SENTENCES
from desktop.messages.language import catalogue
from desktop.printing.attach import has_content
from desktop.printing.verification import Verdict, verify
from desktop.services.filing import CheckedCase, FoundIn
from enforcement.sealing.package import Package, read_package
from enforcement.sealing.package_check import Report, check_package
from enforcement.values.errors import KnownError

ZIP = b"PK\x03\x04"
SIGNED = b"/ETSI.CAdES.detached"
EXIT: Mapping[str, int] = {"whole": 0, "broken": 1, "whole_root_unconfirmed": 3}
STATES: Mapping[str, str] = {
    "whole": "完整，未经改动",
    "broken": "有误，不能采信",
    "whole_root_unconfirmed": "内容自洽，但机关的根没有核对",
}
PROBLEMS: Mapping[str, str] = {
    "authority": "机关发布的名册不能核对",
    "exporter": "导出人的签名不成立",
    "part": "内容被改动或者缺失",
    "entry": "记录的签名不成立",
    "certificate": "签名人的证书不成立",
    "standing": "签名人当时无权执法",
    "other_case": "记录不属于本案",
    "later_than_export": "记录的时间晚于导出时间",
    "chain": "设备的记录链断开或者分叉",
    "parent": "记录所依据的前一记录不在包内",
    "heads": "最后的记录与清单不符",
    "attachment": "附件与记录不符",
    "rules": "裁量基准与记录不符",
    "document": "文书不真实",
}
UNCHECKED: Mapping[str, str] = {
    "root": "机关的根没有事先核对，请将指纹与机关公布的比较",
    "chain_gap": "设备在此之间有别案的记录，不在包内，链的这一段不能核对",
    "attachment_absent": "附件不在包内",
    "pack_absent": "裁量基准不在包内，只有摘要",
    "kind_unknown": "记录的种类较新，内容没有解读，签名已核对",
    "document_plain": "文书没有验真码和签章，只核对了摘要",
    "document_voided": "文书已作废",
}
COUNTED: Mapping[str, str] = {
    "part": "个部分的摘要",
    "entry": "条记录的签名",
    "certificate": "次签名的证书",
    "chain": "处相邻记录的链",
    "attachment": "个附件",
    "pack": "份裁量基准",
    "document": "份文书的验真码或者签章",
}


def is_package(what: str) -> bool:
    """Whether it is a file that begins as a package does."""
    try:
        with Path(what).open("rb") as file:
            return file.read(len(ZIP)) == ZIP
    except (OSError, ValueError):
        return False


def run_package(arguments: argparse.Namespace, root: bytes | None) -> int:
    """Open, check, tell."""
    path = Path(arguments.what)
    try:
        password = arguments.password_file.read_text("utf-8").strip() if arguments.password_file else ""
        report, found = _judged(path, password, root)
    except KnownError as error:
        told = _chinese(error, path.name)
        print(json.dumps({"state": "unreadable", "why": told}, ensure_ascii=False) if arguments.json else told)
        return 2
    except OSError as error:
        print(f"无法读取：{error.strerror}")
        return 2
    result = _plain(report, found)
    print(
        json.dumps(result, ensure_ascii=False, indent=1)
        if arguments.json
        else "\n".join(map(_shown, _lines(report, result)))
    )
    return EXIT[str(result["state"])]


def check_case(path: Path, password: str, root: bytes | None) -> CheckedCase:
    """The same check, for the window. Raises KnownError(package.*)."""
    try:
        report, found = _judged(path, password, root)
    except OSError as error:
        raise KnownError("package.unreadable", file=path.name, why=error.strerror or "") from error
    except KnownError as error:
        raise KnownError(error.code, **{**error.details, "file": path.name}) from error
    return CheckedCase(
        state=found.state,
        exporter=report.exporter or report.manifest.exporter,
        made_at=report.manifest.made_at,
        root=report.root,
        counted=tuple((kind, count) for kind, count in found.counted.items() if kind in COUNTED and count),
        problems=found.problems,
        unchecked=found.unchecked,
    )


@dataclass(frozen=True)
class _Found:
    """Documents included."""

    problems: tuple[FoundIn, ...]
    unchecked: tuple[FoundIn, ...]
    counted: Mapping[str, int]
    state: Literal["whole", "broken", "whole_root_unconfirmed"]


def _judged(path: Path, password: str, root: bytes | None) -> tuple[Report, _Found]:
    with path.open("rb") as file:
        package = read_package(file, password)
        report = check_package(package, root)
        documents = _documents(package, report)
    problems = [FoundIn(one.kind, one.where, one.why) for one in report.problems]
    unchecked = [FoundIn(one.kind, one.where, one.why) for one in report.unchecked]
    good = 0
    for name, verdict in documents.items():
        if verdict is None:
            unchecked.append(FoundIn("document_plain", name, ""))
        elif verdict.state in ("genuine", "voided"):
            good += 1
            if verdict.state == "voided":
                unchecked.append(FoundIn("document_voided", name, verdict.why))
        else:
            problems.append(FoundIn("document", name, verdict.why))
    return report, _Found(
        tuple(problems),
        tuple(unchecked),
        {**report.counted, **({"document": good} if good else {})},
        "broken" if problems else "whole" if report.anchored else "whole_root_unconfirmed",
    )


def _documents(package: Package, report: Report) -> dict[str, Verdict | None]:
    """The verdict of each document that carries content and code, or a signature; None for one that carries neither."""
    found: dict[str, Verdict | None] = {}
    if report.index is None:
        return found
    trust = trust_of(report.index, report.voided, report.documents)
    for part in package.of("document"):
        try:
            pdf = package.read(part)
        except KnownError:
            continue  # `check_package` has told so
        signed = bool(report.documents) and SIGNED in pdf
        found[part.name] = verify(pdf, trust) if has_content(pdf) or signed else None
    return found


def _plain(report: Report, found: _Found) -> dict[str, object]:
    manifest = report.manifest
    return {
        "state": found.state,
        "agency": manifest.agency,
        "title": manifest.title,
        "case": str(manifest.aggregate),
        "exported_at": manifest.made_at.isoformat(),
        "exporter": report.exporter,
        "root": report.root.hex(),
        "checked": dict(found.counted),
        "problems": [{"what": PROBLEMS[one.kind], "where": one.where, "why": one.why} for one in found.problems],
        "unchecked": [{"what": UNCHECKED[one.kind], "where": one.where, "why": one.why} for one in found.unchecked],
        "signatures": [
            {
                "at": one.at.isoformat(),
                "kind": one.kind,
                "number": one.number,
                "name": one.name,
                "state": one.state,
                "device": str(one.device),
                "seq": one.seq,
            }
            for one in report.signatures
        ],
        "parts": [
            {
                "name": part.name,
                "title": part.title,
                "number": part.number,
                "size": part.size,
                "sha256": part.digest.hex(),
            }
            for part in manifest.parts
        ],
    }


def _lines(report: Report, result: Mapping[str, object]) -> list[str]:
    """For a person: the verdict first, then what was checked, what is wrong, what could not be checked."""
    manifest = report.manifest
    lines = [
        f"{STATES[str(result['state'])]}",
        f"{manifest.agency}　{manifest.title}　由{report.exporter or manifest.exporter}于{manifest.made_at:%Y-%m-%d %H:%M} UTC导出",
        f"机关根的指纹：{_groups(report.root.hex())}",
    ]
    counted = result["checked"]
    assert isinstance(counted, dict)
    told = [f"{counted[key]}{words}" for key, words in COUNTED.items() if counted.get(key)]
    lines.append("已核对：" + ("、".join(told) or "无"))
    for head, key in (("有误", "problems"), ("未能核对", "unchecked")):
        found = result[key]
        assert isinstance(found, list)
        lines += [
            f"{head}：{one['what']}（{'，'.join(word for word in (one['where'], one['why']) if word)}）"
            for one in found
        ]
    return lines


def _shown(line: str) -> str:
    """Words of a stranger's file cannot steer the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in line)


def _groups(text: str) -> str:
    return " ".join(text[place : place + 4] for place in range(0, 32, 4))


def _chinese(error: KnownError, file: str) -> str:
    """What happened and what to do; the command has no window whose language it could ask for."""
    what, todo = SENTENCES[error.code]
    words = catalogue("zh_CN")
    details = {name: str(value) for name, value in {**error.details, "file": file}.items()}
    return " ".join(words.get(text, text).format(**details) for text in (what, todo))
