"""Speed of the ruler: against zen-engine on the same table in the same run, and against limits an officer feels."""

import json
import statistics
import time
from datetime import date

import zen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

import resources
from central.authority.rules_files import load_any, read_folder
from enforcement.authoring import build_pack, read_toml
from enforcement.authoring.prove import prove
from enforcement.discretion import ActContext, evaluate
from enforcement.rules import Library, ProofStatement, compile_pack, load_pack, open_signed_pack, sign_pack
from enforcement.rules.model import Range, Test, Tier
from enforcement.values.cose import KeySigner
from enforcement.values.ids import digest
from tests.support.tables import city_pack

DAY = date(2026, 10, 14)
ROWS = 12
ROOT = resources.path("rules")


def twelve_rows():
    """Twelve tiers over area, days and place: for both engines the same table, its heaviest row first for zen (first hit)."""
    base = city_pack().violation("road-occupy")
    version = base.versions[0]
    tiers = []
    for number in range(ROWS):
        low = 1000 * 100 * number
        any_of = () if number == 0 else (
            (Test(fact="area", op=">=", value=100 * number),),
            (Test(fact="days", op=">=", value=5 * number), Test(fact="impact", op="==", value="blocked")),
        )  # fmt: skip
        band = Range(lo=low, hi=low + 100_000)
        tiers.append(
            Tier(
                id=f"t{number}",
                label=f"第{number + 1}阶次",
                words="情节",
                bands=dict.fromkeys(version.parties(), band),
                any_of=any_of,
            )
        )
    violation = replace(base, versions=(replace(version, tiers=tuple(tiers)),), cases=())
    return load_pack(compile_pack(replace(city_pack().pack, violations=(violation,))))


def zen_table():
    rules = []
    for number in range(ROWS - 1, -1, -1):
        low, high = 1000 * number, 1000 * number + 1000
        sums = {"tier": f'"t{number}"', "low": str(low), "high": str(high), "recommended": str((low + high) // 2)}
        if number == 0:
            rules.append({"_id": "r0", "area": "", "days": "", "impact": "", **sums})
            continue
        rules.append({"_id": f"a{number}", "area": f">= {10 * number}", "days": "", "impact": "", **sums})
        rules.append({"_id": f"b{number}", "area": "", "days": f">= {5 * number}", "impact": '"blocked"', **sums})
    inputs = [{"id": name, "name": name, "type": "expression", "field": name} for name in ("area", "days", "impact")]
    outputs = [{"id": n, "name": n, "type": "expression", "field": n} for n in ("tier", "low", "high", "recommended")]
    content = {"hitPolicy": "first", "inputs": inputs, "outputs": outputs, "rules": rules}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "position": {"x": 1, "y": 0}, "content": content},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


FACTS = [
    {"area": 65 + 130 * (number % 9), "days": number % 61, "impact": ("none", "some", "blocked")[number % 3], "corrected": "done", "priors": number % 3}
    for number in range(60)
]  # fmt: skip


def rate(ask, rounds):
    began = time.perf_counter()
    for number in range(rounds):
        ask(number)
    return rounds / (time.perf_counter() - began)


def test_ten_times_zen():
    """A determination with its full trace against zen-engine with trace, on the same twelve rows; both give the same tiers."""
    loaded, decision = twelve_rows(), zen_table()
    context = ActContext(DAY, DAY, "organisation")
    for facts in FACTS:
        plain = {"area": facts["area"] / 10, "days": facts["days"], "impact": facts["impact"]}
        assert decision.evaluate(plain)["result"]["tier"] == evaluate(loaded, "road-occupy", facts, context).tier
    plains = [{"area": one["area"] / 10, "days": one["days"], "impact": one["impact"]} for one in FACTS]
    ratios = []
    for _ in range(7):
        ours = rate(lambda n: evaluate(loaded, "road-occupy", FACTS[n % 60], context), 6000)
        theirs = rate(lambda n: decision.evaluate(plains[n % 60], {"trace": True}), 1200)
        ratios.append(ours / theirs)
    print(
        f"determinations a second: {ours:,.0f} against {theirs:,.0f} of zen-engine; ratio {statistics.median(ratios):.1f}"
    )
    assert statistics.median(ratios) >= 10


def signed_library():
    signer = KeySigner(Ed25519PrivateKey.generate())
    packs = []
    for head in sorted(ROOT.glob("*/pack.toml")):
        compiled = build_pack(read_toml(read_folder(head.parent)))
        proof = ProofStatement(schema=1, pack_digest=digest(compiled), cases=0, versions=())
        packs.append(sign_pack(compiled, signer, proof))
    return packs, signer.key.public_key()


def test_the_signed_library_loads_in_a_tenth_of_a_second():
    packs, key = signed_library()
    taken = []
    for _ in range(9):
        began = time.perf_counter()
        library = Library(open_signed_pack(data, lambda _: key) for data in packs)
        taken.append((time.perf_counter() - began) * 1000)
    size = sum(map(len, packs))
    count = sum(len(one.pack.violations) for one in library.packs)
    print(f"{count} violations, {size:,} bytes, signed: loaded and checked in {statistics.median(taken):.0f} ms")
    assert statistics.median(taken) < 100


def test_a_search_over_all_violations_takes_under_five_ms():
    library = Library(load_any(head.parent) for head in sorted(ROOT.glob("*/pack.toml")))
    queries = [
        "z",
        "zy",
        "szzy",
        "占用",
        "占道",
        "第四十二条",
        "燃气 罚",
        "spjy",
        "guanggao",
        "超限 运输",
        "x",
        "食品安全法",
    ]
    library.search("a", DAY)
    taken = []
    for number in range(240):
        began = time.perf_counter()
        library.search(queries[number % len(queries)], DAY)
        taken.append((time.perf_counter() - began) * 1000)
    worst = sorted(taken)[int(len(taken) * 0.95)]
    print(f"search over all violations: median {statistics.median(taken):.2f} ms, p95 {worst:.2f} ms")
    assert worst < 5


def test_twelve_rows_are_proved_in_a_second():
    loaded = twelve_rows()
    violation = loaded.pack.violations[0]
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        proof = prove(loaded, violation, violation.versions[0])
        seconds.append(time.perf_counter() - began)
    print(f"twelve rows, {proof.cells} cells and formulas: {statistics.median(seconds):.2f} s")
    assert proof.proved
    assert statistics.median(seconds) < 1


def test_proof_grows_with_the_number_of_violations_and_no_faster():
    """Twice the violations, at most twice the time (and a tenth for the noise of the machine)."""
    loaded = city_pack()
    base = loaded.pack.violations

    def seconds(count):
        violations = tuple(replace(base[n % 14], id=f"v{n}") for n in range(count))
        many = load_pack(compile_pack(replace(loaded.pack, violations=violations)))
        began = time.perf_counter()
        for violation in many.pack.violations:
            prove(many, violation, violation.versions[0])
        return time.perf_counter() - began

    seconds(14)
    ratios = [seconds(56) / seconds(28) for _ in range(3)]
    print(f"56 violations against 28: {statistics.median(ratios):.2f} times the time")
    assert statistics.median(ratios) < 2.2
