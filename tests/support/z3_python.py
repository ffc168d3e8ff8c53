"""z3 terms as a Python function: z3's own model of a table, asked at ten thousand points in the time z3 takes for a few."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import z3

_OPS = {
    z3.Z3_OP_ADD: " + ", z3.Z3_OP_SUB: " - ", z3.Z3_OP_MUL: " * ", z3.Z3_OP_LE: " <= ", z3.Z3_OP_LT: " < ", z3.Z3_OP_GE: " >= ",
    z3.Z3_OP_GT: " > ", z3.Z3_OP_EQ: " == ", z3.Z3_OP_AND: " and ", z3.Z3_OP_OR: " or ", z3.Z3_OP_IDIV: " // ", z3.Z3_OP_DISTINCT: " != ",
    z3.Z3_OP_IFF: " == ", z3.Z3_OP_XOR: " != ",
}  # fmt: skip


def function_of(terms: Sequence[z3.ExprRef]) -> Callable[[Mapping[str, int | bool]], tuple[int | bool, ...]]:
    """Values of the terms from values of their variables by name. Divisors are positive constants, as the model writes them."""
    lines: list[str] = []
    names: dict[int, str] = {}

    def name(term: z3.ExprRef) -> str:
        key = term.get_id()
        if key not in names:
            names[key] = f"v{len(names)}"
            lines.append(f"    {names[key]} = {words(term)}")
        return names[key]

    def words(term: z3.ExprRef) -> str:
        kind = term.decl().kind()
        parts = [leaf(child) for child in term.children()]
        if kind == z3.Z3_OP_NOT:
            return f"not {parts[0]}"
        if kind == z3.Z3_OP_ITE:
            return f"{parts[1]} if {parts[0]} else {parts[2]}"
        if kind == z3.Z3_OP_UMINUS:
            return f"-{parts[0]}"
        if kind == z3.Z3_OP_IMPLIES:
            return f"(not {parts[0]}) or {parts[1]}"
        return (
            _OPS[kind].join(parts)
            if len(parts) > 1
            else parts[0]
            if parts
            else {z3.Z3_OP_AND: "True", z3.Z3_OP_OR: "False"}[kind]
        )

    def leaf(term: z3.ExprRef) -> str:
        if z3.is_int_value(term):
            return f"({term.as_long()})"
        if z3.is_true(term) or z3.is_false(term):
            return str(z3.is_true(term))
        if term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            return f"at[{term.decl().name()!r}]"
        return name(term)

    outcome = ", ".join(leaf(term) for term in terms)
    source = "\n".join(["def asked(at):", *lines, f"    return ({outcome},)"])
    space: dict[str, Callable[[Mapping[str, int | bool]], tuple[int | bool, ...]]] = {}
    exec(compile(source, "<z3>", "exec"), space)
    return space["asked"]
