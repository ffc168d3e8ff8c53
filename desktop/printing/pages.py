"""当场行政处罚决定书 as pages: A4, type area 156 x 225 mm, 37 mm above, 28 mm left (GB/T 9704-2012), two officers, one code.

The bytes depend on the content, the code and the signatures of hands alone (no clock, no random id), and all are attached to the PDF,
so that whoever verifies it can make the same pages again. Without signatures they are the same as they ever were.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from desktop.printing.attach import attach
from desktop.printing.codes import qr_png
from desktop.printing.fonts import BODY, BOLD, marked, register
from desktop.printing.hand import INK, draw_hand
from desktop.printing.lines import broken
from enforcement.journal.acts import DocumentSigned
from enforcement.notices import OnSpotDecision, content_bytes
from enforcement.notices.hands import OnPage, hands_bytes, on_page
from enforcement.notices.signatures import Strokes
from enforcement.rules.citations import marked as cited
from enforcement.values.clock import LOCAL
from enforcement.values.money import capital_text, plain_text

LEFT, TOP, WIDTH, HEIGHT = 28 * mm, 37 * mm, 156 * mm, 225 * mm
RED = colors.Color(0.78, 0.05, 0.05)
LINE = colors.Color(0.45, 0.45, 0.45)
CODE_SIDE = 36 * mm
EMPTY = "————"
PLAIN = ("FONTNAME", (0, 0), (-1, -1), BODY)
"""A table's empty cells are set in Helvetica otherwise."""


def _style(size: float, lead: float, font: str = BODY, **more: Any) -> ParagraphStyle:
    return ParagraphStyle("hz", fontName=font, fontSize=size, leading=lead, wordWrap="CJK", textColor=INK, **more)


AGENCY = _style(21, 28, BOLD, alignment=TA_CENTER)
AGENCY.textColor = RED
TITLE = _style(22, 32, BOLD, alignment=TA_CENTER)
NUMBER = _style(12, 18, alignment=TA_CENTER)
TEXT = _style(11.5, 18.5, firstLineIndent=23)
HEAD = _style(11.5, 18, BOLD)
CELL = _style(10.5, 15.5)
LABEL = _style(10.5, 15.5, BOLD)
SMALL = _style(8.5, 12)
SMALL_RIGHT = _style(11.5, 18, alignment=TA_RIGHT)


def render_notice(content: OnSpotDecision, code: str, hands: Sequence[DocumentSigned] = ()) -> bytes:
    """The PDF; `hands` are drawn on their lines. Raises KnownError(input.invalid) for a character that no font holds."""
    register()
    buffer = io.BytesIO()
    document = _Document(buffer, content)
    document.build(_story(content, code, on_page(hands)), canvasmaker=_Numbered)
    return attach(buffer.getvalue(), content_bytes(content), code, hands_bytes(hands) if hands else b"")


def _story(content: OnSpotDecision, code: str, hands: Sequence[OnPage]) -> list[Flowable]:
    return [
        Paragraph(marked(content.agency, BOLD), AGENCY),
        _Rule(RED, 1.4),
        Spacer(1, 4 * mm),
        Paragraph(marked("当场行政处罚决定书", BOLD), TITLE),
        Paragraph(marked(content.number), NUMBER),
        Spacer(1, 3 * mm),
        _party(content),
        Spacer(1, 2.5 * mm),
        *_body(content),
        Spacer(1, 2 * mm),
        KeepTogether([_foot(content, code, hands)]),
    ]


def _party(content: OnSpotDecision) -> Table:
    party = content.party
    citizen = party.kind == "citizen"
    rows = [
        ["当事人", party.name, "身份证号" if citizen else "统一社会信用代码", party.code],
        ["住址" if citizen else "住所", party.address, "联系电话", party.phone],
        [
            "违法行为时间",
            local_minute(content.found_at),
            "" if citizen else "法定代表人",
            "" if citizen else party.representative,
        ],
        ["违法行为地点", content.place, "执法单位", content.officer_unit],
    ]
    cells = [[_cell(text, position % 2 == 0) for position, text in enumerate(row)] for row in rows]
    table = Table(cells, colWidths=[25.5 * mm, 48 * mm, 32.5 * mm, 50 * mm])
    table.setStyle([*_grid(), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    return table


def sections(content: OnSpotDecision) -> tuple[tuple[str, str], ...]:
    """Heading and words of each part of the decision (APL Art. 52), for every size of paper."""
    happened = content.happened.strip().rstrip("。")
    evidence = "；".join(f"{number}. {name}" for number, name in enumerate(content.evidence, 1)) or EMPTY
    facts = "；".join(f"{label}：{value}" for label, value in content.facts)
    said = content.statement.rstrip("。")
    heard = f"经复核：{content.heard.rstrip('。')}。" if content.heard else ""
    return (
        (
            "一、违法事实和证据",
            f"经查，你（单位）有{content.violation}的行为。{happened + '。' if happened else ''}查明：{facts}。证据：{evidence}。",
        ),
        (
            "二、告知和陈述申辩",
            (
                f"作出本决定前，已于{local_minute(content.informed_at)}口头告知拟作出的处罚内容及事实、理由、依据，"
                f"以及依法享有的陈述、申辩等权利。{said}。{heard}"
            ),
        ),
        (
            "三、处罚依据和裁量理由",
            f"上述行为违反了{cited(content.forbids)}，依照{cited(content.punishes)}的规定。{content.reasons}",
        ),
        (
            "四、处罚决定",
            (
                f"依照《中华人民共和国行政处罚法》第五十一条，当场决定{_penalty(content)}。"
                f"同时责令改正：{content.correction.rstrip('。')}。"
            ),
        ),
        ("五、履行方式和期限", _payment(content)),
        (
            "六、救济途径",
            (
                f"不服本决定的，可以自收到本决定书之日起{content.reconsideration_days}日内先向{content.reconsideration_body}申请行政复议"
                f"（也可以通过本机关提交复议申请）；对复议决定不服的，再自收到复议决定书之日起{content.suit_days}日内"
                f"向{content.court}提起行政诉讼。复议、诉讼期间本决定不停止执行，法律另有规定的除外。"
            ),
        ),
    )


def _body(content: OnSpotDecision) -> list[Flowable]:
    flow: list[Flowable] = []
    for head, text in sections(content):
        first = Paragraph(marked(head, BOLD), HEAD)
        flow += [CondPageBreak(HEAD.leading + 2 * TEXT.leading), first, _text(text, TEXT, WIDTH)]
    return flow


def _penalty(content: OnSpotDecision) -> str:
    """警告, a fine, or both."""
    fine = f"处以罚款人民币{capital_text(content.fine_fen)}（¥{plain_text(content.fine_fen)}）"
    if not content.fine_fen:
        return "给予警告"
    return f"给予警告，并{fine}" if content.kind.startswith("警告") else fine


def _payment(content: OnSpotDecision) -> str:
    payment = content.payment
    if not content.fine_fen:
        return "本决定不处罚款，无须缴款。"
    if payment.on_spot:
        return f"罚款已当场收缴，票据号：{payment.receipt or EMPTY}。"
    return (
        f"自收到本决定书之日起{payment.days}日内，到{payment.bank}缴纳。收款户名：{payment.account_name}；账号：{payment.account}；"
        "也可以通过电子支付系统缴纳。到期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款本数。"
    )


def _foot(content: OnSpotDecision, code: str, hands: Sequence[OnPage]) -> Table:
    officers: list[list[Flowable]] = [
        [
            _cell("执法人员", True),
            _signed(
                f"{officer.name}（执法证号 {officer.number}）已电子签名 {local_minute(officer.signed_at)}",
                _strokes(hands, "officer", officer.name),
            ),
        ]
        for officer in content.officers
    ]
    signed: list[list[Flowable]] = [
        [_cell("当事人签收", True), _receipt(hands)],
        [_cell("拒签注明", True), _cell(refusal(hands) or "□ 拒绝签名，原因：＿＿＿＿＿　见证人：＿＿＿＿")],
        *([[_cell("见证人", True), _signed(one.name, one.strokes)] for one in hands if one.role == "witness"]),
        [_cell("备案", True), _cell("本决定由执法人员报所属行政机关备案")],
    ]
    signs = Table(officers + signed, colWidths=[25 * mm, 87 * mm])
    signs.setStyle([*_grid(), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    picture = Image(io.BytesIO(qr_png(code)), CODE_SIDE, CODE_SIDE)
    caption = Paragraph(marked("扫码验真：号码、数额、当事人首尾字与本决定书一致"), SMALL)
    right = Table([[picture], [caption]], colWidths=[CODE_SIDE])
    right.setStyle([PLAIN, ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)])
    day = content.decided_on
    date_line = Paragraph(
        marked(f"{content.agency}（印章）") + "<br/>" + marked(f"{day.year}年{day.month}月{day.day}日"), SMALL_RIGHT
    )
    table = Table([[signs, right], [date_line, ""]], colWidths=[116 * mm, 40 * mm])
    table.setStyle(
        [
            PLAIN,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("ALIGN", (1, 0), (1, 0), "RIGHT"),
            ("TOPPADDING", (0, 1), (-1, 1), 4 * mm),
        ]
    )
    return table


def _strokes(hands: Sequence[OnPage], role: str, name: str = "") -> Strokes | None:
    return next((one.strokes for one in hands if one.role == role and name in ("", one.name) and one.strokes), None)


def refusal(hands: Sequence[OnPage]) -> str:
    """That the party did not sign, where they did not; what is refused first and then signed is signed."""
    if _strokes(hands, "party") is not None:
        return ""
    said = [one for one in hands if one.role == "party" and one.refused]
    return f"■ 拒绝签名：{said[-1].refused}（{local_minute(said[-1].at)}）" if said else ""


def received(hands: Sequence[OnPage]) -> OnPage | None:
    """The party's signature, where there is one."""
    return next((one for one in hands if one.role == "party" and one.strokes is not None), None)


def _receipt(hands: Sequence[OnPage]) -> Flowable:
    party = received(hands)
    if party is None:
        return _cell("签名：＿＿＿＿　时间：＿＿月＿＿日＿＿时＿＿分")
    return _signed(f"{party.name}　{local_minute(party.at)}", party.strokes)


def _signed(words: str, strokes: Strokes | None) -> Flowable:
    """Words, with the signature under them where there is one."""
    text = _cell(words)
    if strokes is None:
        return text
    made = Table([[text], [_Hand(strokes)]], colWidths=[84 * mm])
    made.setStyle([PLAIN, *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM"))])
    return made


def _text(text: str, style: ParagraphStyle, width: float, font: str = BODY) -> Paragraph:
    lines = broken(text, width - 0.5, style.fontSize, font, style.firstLineIndent)
    return Paragraph("<br/>".join(marked(line, font) for line in lines), style)


def _cell(text: str, label: bool = False) -> Paragraph:
    words = text if text or label else EMPTY
    return Paragraph(marked(words, BOLD if label else BODY), LABEL if label else CELL)


def _grid() -> Sequence[tuple[Any, ...]]:
    return [
        PLAIN,
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 2.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.4),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]


def local_minute(instant: datetime) -> str:
    there = instant.astimezone(LOCAL)
    return f"{there.year}年{there.month}月{there.day}日{there.hour}时{there.minute:02d}分"


class _Hand(Flowable):
    """A signature in a box of 48 by 11 mm."""

    def __init__(self, strokes: Strokes) -> None:
        super().__init__()
        self._strokes = strokes
        self.width, self.height = 48 * mm, 11 * mm

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        draw_hand(self.canv, self._strokes, 0, 1, self.width, self.height - 2)


class _Rule(Flowable):
    """A line as wide as the type area."""

    def __init__(self, color: colors.Color, weight: float) -> None:
        super().__init__()
        self._color, self._weight = color, weight
        self.width, self.height = WIDTH, 4 * mm

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(self._color)
        self.canv.setLineWidth(self._weight)
        self.canv.line(0, 0, WIDTH, 0)


class _Document(BaseDocTemplate):
    def __init__(self, buffer: io.BytesIO, content: OnSpotDecision) -> None:
        title = f"当场行政处罚决定书 {content.number}"
        super().__init__(
            buffer, pagesize=A4, invariant=1, title=title, author=content.agency, creator="Hengchi", lang="zh-CN"
        )
        bottom = A4[1] - TOP - HEIGHT
        frame = Frame(LEFT, bottom, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates([PageTemplate(frames=[frame])])


class _Numbered(Canvas):
    """Page numbers with a dash at both sides: odd pages right, even pages left, 7 mm below the type area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # else every page names Helvetica, which is not embedded and which an archive does not take
        super().__init__(*args, **{**kwargs, "initialFontName": BODY})
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # reportlab's own way to number pages

    def save(self) -> None:
        total = len(self._pages)
        for page in self._pages:
            self.__dict__.update(page)
            self._number(self._pageNumber, total)  # type: ignore[attr-defined]
            super().showPage()
        super().save()

    def _number(self, number: int, total: int) -> None:
        self.setFont(BODY, 12)
        self.setFillColor(INK)
        text = f"— {number} —" if total > 1 else "— 1 —"
        baseline = A4[1] - TOP - HEIGHT - 7 * mm - 9
        if number % 2:
            self.drawRightString(LEFT + WIDTH - 12, baseline, text)
        else:
            self.drawString(LEFT + 12, baseline, text)
