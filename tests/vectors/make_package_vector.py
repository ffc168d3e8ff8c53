"""Makes tests/vectors/package.json anew: `python -m tests.vectors.make_package_vector`. Keys are drawn each time; what is committed counts.

The package stands there once, with the root that a reader trusts; each vector says what is done to it and what must come of it:
"whole", "broken", or the code of the refusal.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from enforcement.sealing.package import PackedDocument
from tests.support.packages import City, case_of, contents, packed

HERE = Path(__file__).parent
PASSWORD = "agreed apart 约定的密码"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = case_of(City(Path(folder) / "office"))
        other = City(Path(folder) / "other", "样例县城市管理行政执法局")
        given = contents(
            city, documents=[PackedDocument("责令改正通知书", "示城管改〔2026〕3号", b"%PDF-1.4 no pages")]
        )
        data, locked = packed(city, given), packed(city, given, password=PASSWORD)
        root, strange = city.root, other.root
    entry, photo, manifest = (
        data.index(name) for name in (b"entries/000002", b"attachments/001", b"manifest.cose\xd2")
    )
    vectors = [
        {"name": "as it is", "outcome": "whole"},
        {"name": "under no root", "outcome": "whole", "root": ""},
        {"name": "under another agency's root", "outcome": "broken", "root": strange.hex()},
        {"name": "a bit of an entry", "outcome": "broken", "flip": entry + 60},
        {"name": "a bit of a photograph", "outcome": "broken", "flip": photo + 60},
        {"name": "a bit of the manifest", "outcome": "package.altered", "flip": manifest + 60},
        {"name": "a bit of the directory", "outcome": "package.unreadable", "flip": len(data) - 60},
        {"name": "cut off", "outcome": "package.unreadable", "cut": len(data) // 2},
        {"name": "a byte behind it", "outcome": "package.unreadable", "more": "00"},
        {"name": "sealed, with its password", "outcome": "whole", "locked": True, "password": PASSWORD},
        {"name": "sealed, with another", "outcome": "package.password", "locked": True, "password": "another"},
    ]
    made = {"package": data.hex(), "locked": locked.hex(), "root": root.hex(), "vectors": vectors}
    (HERE / "package.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
