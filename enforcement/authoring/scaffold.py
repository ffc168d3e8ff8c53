"""The source of a new pack: one violation of a made-up local rule that proves, to be replaced row by row."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from enforcement.authoring.source import PackSource, Source, Table
from enforcement.authoring.toml_source import write_toml
from enforcement.values.errors import KnownError


class _Nowhere:
    def where(self, path: str, key: str = "") -> str:
        return path or "pack"


def scaffold(pack_id: str, title: str, agency: str, field: str, valid_from: date) -> dict[str, bytes]:
    """Texts of a folder; raises KnownError(input.invalid) for an id that is none."""
    if not re.fullmatch(r"[a-z][a-z0-9\-]{1,40}", pack_id):
        raise KnownError("input.invalid", field="id", why="small letters, digits and - are needed")
    day = valid_from.isoformat()
    head: Table = {
        "id": pack_id,
        "title": title,
        "version": "1",
        "agency": agency,
        "valid_from": day,
        "position": {"lighter": 250, "ordinary": 500, "heavier": 750, "step": 50},
        "policy": {"winner": "heavier", "combine": "weigh", "ends": "both"},
        "facts": {
            "corrected": {
                "label": "改正情况", "kind": "choice", "worse": "later",
                "choices": {"done": "已改正", "doing": "正在改", "refused": "拒不改"},
            },
            "priors": {
                "label": "两年内同类", "kind": "count", "unit": "次", "high": 99, "worse": "more", "known_from": "priors",
            },
        },
        "circumstances": [
            {
                "id": "removed_harm", "effect": "lighter", "must": True, "label": "主动改正，消除或者减轻危害后果",
                "basis": "行政处罚法第三十二条（一）", "all_of": ["corrected == done"],
            },
        ],
    }  # fmt: skip
    statute: Table = {
        "statute": "own", "title": "（请换成所依据的法规）", "level": "local",
        "versions": [{
            "version": day, "valid_from": day, "source": "（文号、公布日期、读到原文的地方）",
            "articles": {"第一条": "（用自己的话写一行摘要）", "第二条": "（用自己的话写一行摘要）"},
        }],
    }  # fmt: skip
    violation: dict[str, Any] = {
        "id": "example", "title": "（请换成案由）", "field": field, "statute": "own", "correction": "责令改正",
        "status": "unverified", "source": "（法规、条文、法定幅度）", "common_facts": ["corrected", "priors"],
        "facts": [{"id": "area", "label": "面积", "kind": "number", "unit": "平方米", "decimals": 1, "high": 10000, "worse": "more"}],
        "versions": [{
            "valid_from": day, "statute_version": day, "forbids": "（请换成所依据的法规）第一条",
            "punishes": "（请换成所依据的法规）第二条", "row": "第1项", "statute_ranges_yuan": {"all": [0, 20000]},
            "tiers": [
                {"id": "t1", "label": "第一阶次", "words": "面积不足10平方米", "bands_yuan": {"all": [0, 3000]},
                 "any_of": [["area < 10", "priors == 0"]]},
                {"id": "t2", "label": "第二阶次", "words": "面积10平方米以上，或者两年内有过1次以上同类违法",
                 "bands_yuan": {"all": [3000, 20000]}, "any_of": [["area >= 10"], ["priors >= 1"]]},
            ],
        }],
        "cases": [
            {"name": "面积小，已改正", "facts": {"area": 4, "corrected": "done", "priors": 0}, "party": "organisation",
             "tier": "t1", "fine_yuan": 750},
            {"name": "面积大，正在改", "facts": {"area": 40, "corrected": "doing", "priors": 0}, "party": "organisation",
             "tier": "t2", "fine_yuan": 11500},
            {"name": "再犯，拒不改", "facts": {"area": 4, "corrected": "refused", "priors": 1}, "party": "citizen",
             "tier": "t2", "fine_yuan": 11500},
        ],
    }  # fmt: skip
    nowhere = _Nowhere()
    sources = [Source("violations[1]", "violations example", violation, nowhere)]
    return write_toml(PackSource(Source("", "", head, nowhere), [Source("", "statute own", statute, nowhere)], sources))
