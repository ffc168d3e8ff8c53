"""Changes to the texts of a source, each keeping every byte that it has no business with: comments, order, spaces, other tables.

Texts are the UTF-8 bytes of one TOML file; paths are those of `Source.path` (`blocks`). What comes out is TOML again
and says the same as before but for what was asked. Every function raises KnownError(rules.pack_invalid), saying where in `where`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from enforcement.authoring.blocks import Block, Step, blocks_of, entries, owner, path_of, steps_of, within
from enforcement.authoring.toml_source import inline
from enforcement.values.errors import KnownError

Values = Mapping[str, Any]
_ERROR_LINE = re.compile(r"at line (\d+)")


def set_keys(data: bytes, path: str, changes: Values) -> bytes:
    """Set keys of a table; None takes one away. Of a table as a value only what differs is written."""
    text = _text(data)
    block, rest = owner(blocks_of(text), path)

    def change(table: Any) -> None:
        for key, value in changes.items():
            _assign(table, key, value)

    inside = [one for one in blocks_of(text) if one.path.startswith(f"{path}." if path else "") and one != block]
    apart = {one.path.removeprefix(f"{path}.") for one in inside if not rest}
    if not apart & set(changes):
        return _bytes(_in_block(text, block, rest, change))
    for key, value in changes.items():  # a key that stands as a table of its own below
        whole = f"{path}.{key}".lstrip(".")
        if key not in apart:
            data = set_keys(data, path, {key: value})
        elif isinstance(value, Mapping):
            had = _reach(tomllib.loads(_text(data)), steps_of(whole))
            data = set_keys(data, whole, dict.fromkeys(set(had) - set(value)) | dict(value))
        else:
            data = set_keys(_bytes(_without(_text(data), within(blocks_of(_text(data)), whole))), path, {key: value})
    return data


def add_entry(data: bytes, path: str, at: int, table: Values) -> bytes:
    """A new element of an array of tables, so that it stands at place `at` (from 0 on). The array is made where there is none."""
    text = _text(data)
    blocks = blocks_of(text)
    found = entries(blocks, path)
    parent, key = _parent(path)
    block, rest = owner(blocks, parent)
    if not found and _is_inline(text, block, rest, key):
        return _checked(_in_array(text, block, rest, key, lambda array: array.insert(at, _item(table))))
    newline = _newline(text)
    header = ".".join(_key(step.key) for step in steps_of(path))
    lines = [f"[[{header}]]", *(f"{_key(name)} = {inline(value)}" for name, value in table.items())]
    piece = newline.join(lines) + newline
    if at < len(found):
        place = found[at][0].lead
        return _checked(text[:place] + piece + newline + text[place:])
    before = found[-1] if found else within(blocks, parent)
    return _checked(_put_after(text, before[-1].end, piece, newline))


def remove_entry(data: bytes, path: str, at: int) -> bytes:
    """Take the element at place `at` (from 0 on) out of an array of tables, with the comments directly above it."""
    text = _text(data)
    blocks = blocks_of(text)
    found = entries(blocks, path)
    if found:
        return _checked(_without(text, found[at]))
    parent, key = _parent(path)
    block, rest = owner(blocks, parent)
    return _checked(_in_array(text, block, rest, key, lambda array: array.pop(at)))


def move_entry(data: bytes, path: str, at: int, to: int) -> bytes:
    """Move an element of an array of tables from place `at` to place `to` (from 0 on)."""
    text = _text(data)
    blocks = blocks_of(text)
    found = entries(blocks, path)
    if at == to:
        return data
    if not found:
        parent, key = _parent(path)
        block, rest = owner(blocks, parent)

        def change(array: Array) -> None:
            array.insert(to, array.pop(at))

        return _checked(_in_array(text, block, rest, key, change))
    newline = _newline(text)
    pieces = [_joined(text, one) for one in found]
    moved = [*pieces[:at], *pieces[at + 1 :]]
    moved.insert(to, pieces[at])
    ends = [len(piece) - len(piece.rstrip("\r\n")) for piece in pieces]
    tails = [piece[len(piece) - end :] or newline for piece, end in zip(pieces, ends, strict=True)]
    whole = [
        one.rstrip("\r\n") + tail for one, tail in zip(moved, tails, strict=True)
    ]  # the space between stays where it was
    return _checked(_replaced(text, [one for piece in found for one in piece], "".join(whole)))


def part_text(data: bytes, path: str, key: str = "", *, whole: bool = False) -> str:
    """The text of a table's key, whichever way it is written; without a key that of the table itself: its own lines, or with
    `whole` also the tables inside it. Empty for what is not there.
    """
    text = _text(data)
    blocks = blocks_of(text)
    if not key:
        found = within(blocks, path) if whole else [one for one in blocks if one.path == path]
        return _joined(text, found).strip("\r\n") + "\n" if found else ""
    target = f"{path}.{key}".lstrip(".")
    found = [one for piece in entries(blocks, target) for one in piece] or within(blocks, target)
    if found:
        return _joined(text, found).strip("\r\n") + "\n"
    block, rest = owner(blocks, path)
    table = _opened(text, block, rest)
    return f"{_key(key)} = {table[key].as_string()}\n" if isinstance(table, Mapping) and key in table else ""


def replace_part(data: bytes, path: str, key: str, typed: str, *, whole: bool = False) -> bytes:
    """Put a text in the place of what `part_text` gave. It may hold that part and nothing else; `where` of the refusal is the line
    of the typed text, "" where there is none.
    """
    text = _text(data)
    newline = _newline(text)
    piece = typed.replace("\r\n", "\n").strip("\n").replace("\n", newline)
    _parsed(piece)
    blocks = blocks_of(text)
    target = f"{path}.{key}".lstrip(".") if key else path
    found = [one for array in entries(blocks, target) for one in array] if key else []
    found = found or (within(blocks, target) if key or whole else [one for one in blocks if one.path == path])
    if not found and key and (_is_value(piece, key) or not piece):
        values = {key: _parsed(piece)[key] if piece else None}
        return set_keys(data, path, values)
    if not found:
        place = within(blocks, path)
        made = _put_after(text, (place or [owner(blocks, path)[0]])[-1].end, piece + newline, newline)
    else:
        tail = _tail(text, found) or newline
        made = _replaced(text, found, piece + tail if piece else "")
    _demand_only(text, made, path, key, whole)
    return _bytes(made)


def check_toml(data: bytes) -> None:
    """Refuse what is no TOML; `where` is the line."""
    _parsed(_text(data))


# inside one block


def _in_block(text: str, block: Block, rest: Sequence[Step], change: Callable[[Any], None]) -> str:
    tail = _tail(text, [block])  # tomlkit would count the space below a table as its own
    try:
        document, table = _document(text, block, rest)
        change(table)
        made = document.as_string().rstrip("\r\n")
        made += tail or (_newline(text) if made and block.end < len(text) else "")
        tomllib.loads(made.replace("\r\n", "\n"))
    except (TOMLKitError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise KnownError("rules.pack_invalid", where=block.path or "top", why=str(error)) from error
    if _newline(text) == "\r\n":
        made = re.sub(r"(?<!\r)\n", "\r\n", made)
    return text[: block.lead] + made + text[block.end :]


def _in_array(text: str, block: Block, rest: Sequence[Step], key: str, change: Callable[[Array], object]) -> str:
    def changed(table: Any) -> None:
        array = table[key]
        if not isinstance(array, Array):
            raise KeyError(key)
        change(array)

    return _in_block(text, block, rest, changed)


def _document(text: str, block: Block, rest: Sequence[Step]) -> tuple[tomlkit.TOMLDocument, Any]:
    document = tomlkit.parse(text[block.lead : block.end].rstrip("\r\n") + "\n")
    table: Any = document
    for step in steps_of(block.path):
        table = table[step.key]
        if isinstance(table, AoT):
            table = table[0]  # a block alone is the first of its kind
    return document, _reach(table, rest)


def _opened(text: str, block: Block, rest: Sequence[Step]) -> Any:
    try:
        return _document(text, block, rest)[1]
    except (KeyError, IndexError, TypeError):
        return {}


def _is_inline(text: str, block: Block, rest: Sequence[Step], key: str) -> bool:
    table = _opened(text, block, rest)
    return isinstance(table, Mapping) and isinstance(table.get(key), Array)


def _is_value(piece: str, key: str) -> bool:
    return set(_parsed(piece)) == {key} and not piece.lstrip().startswith("[")


def _assign(table: Any, key: str, value: Any) -> None:
    if value is None:
        if key in table:
            del table[key]
        return
    old = table.get(key)
    if isinstance(value, Mapping) and isinstance(old, Mapping):
        for name in [name for name in old if name not in value]:
            del old[name]  # type: ignore[attr-defined]  # tomlkit's tables can be changed
        for name, inner in value.items():
            _assign(old, name, inner)
        if list(old) != list(value):  # the order of choices means something
            table[key] = _item(value)
    elif old is None or _plain(old) != value or type(_plain(old)) is not type(value):
        table[key] = _item(value)


def _item(value: Any) -> Any:
    """A value as the house writes it."""
    return tomlkit.parse(f"x = {inline(value)}")["x"]


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item


# pieces of the text


def _joined(text: str, blocks: Sequence[Block]) -> str:
    return "".join(text[one.lead : one.end] for one in blocks)


def _without(text: str, blocks: Sequence[Block]) -> str:
    return _replaced(text, blocks, "")


def _replaced(text: str, blocks: Sequence[Block], piece: str) -> str:
    """The blocks taken out, and a piece put where the first of them stood."""
    for at in range(len(blocks) - 1, -1, -1):
        text = text[: blocks[at].lead] + (piece if at == 0 else "") + text[blocks[at].end :]
    return text


def _put_after(text: str, end: int, piece: str, newline: str) -> str:
    before, after = text[:end].rstrip("\r\n"), text[end:]
    return before + (newline * 2 if before else "") + piece + (newline + after if after else "")


def _tail(text: str, blocks: Sequence[Block]) -> str:
    piece = _joined(text, blocks)
    return piece[len(piece.rstrip("\r\n")) :]


def _parent(path: str) -> tuple[str, str]:
    steps = steps_of(path)
    return path_of(steps[:-1]), steps[-1].key


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_\-]+", key) else inline(key)


# reading again


def _reach(table: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        table = table[step.key]
        if step.at is not None:
            table = table[step.at - 1]
    return table


def _demand_only(before: str, after: str, path: str, key: str, whole: bool) -> None:
    """Nothing but the part may have changed."""
    one = _parsed(before)
    try:
        two = tomllib.loads(after.replace("\r\n", "\n"))
        for table in (one, two):
            _cut(table, path, key, whole)
    except tomllib.TOMLDecodeError as error:
        raise KnownError("rules.pack_invalid", where="", why=str(error).partition(" (at")[0]) from error
    except (KeyError, IndexError, TypeError) as error:
        raise KnownError("rules.pack_invalid", where="", why=f"the header [{path}] is missing") from error
    if one != two:
        name = ".".join(step.key for step in steps_of(path)) + (f".{key}" if key else "")
        raise KnownError("rules.pack_invalid", where="", why=f"nothing but [{name}] may stand here")


def _cut(root: Any, path: str, key: str, whole: bool) -> None:
    table = _reach(root, steps_of(path))
    if key:
        table.pop(key, None)
        return
    for name in [name for name, value in table.items() if whole or not _is_tables(value)]:
        del table[name]


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as error:
        found = _ERROR_LINE.search(str(error))
        last = str(text.rstrip("\r\n").count("\n") + 1)
        raise KnownError("rules.pack_invalid", where=found[1] if found else last, why=str(error)) from error
    except RecursionError as error:
        raise KnownError("rules.pack_invalid", where="", why="nested too deep") from error


def _checked(text: str) -> bytes:
    _parsed(text)
    return _bytes(text)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise KnownError("rules.pack_invalid", where="", why=f"no UTF-8 text (byte {error.start})") from error


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")
