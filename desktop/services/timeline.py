"""An entry in words: the record as a person reads it. Chinese, as the record is."""

from __future__ import annotations

from collections.abc import Callable

from enforcement.journal import Entry, Unknown
from enforcement.journal import acts as a
from enforcement.journal import media_acts as m
from enforcement.journal import procedure_acts as p
from enforcement.journal import relation_acts as r
from enforcement.values.money import plain_text


def words_for(entry: Entry, label_of: Callable[[str], str]) -> str:
    """One line; `label_of` gives the name of an act of the procedure."""
    match entry.body:
        case a.CaseOpened(place=place):
            return f"立案并开始检查，地点：{place}"
        case a.PartyChanged(party=party):
            return f"更正当事人：{party.name}"
        case a.EvidenceAdded(caption=caption, plain_size=size):
            return f"证据入卷：{caption}（{size // 1024} KB，已封存）"
        case m.RecordingKept(number=number, recorder=recorder, whole=whole):
            return f"录音录像{number}（{recorder}，{'全程无间断' if whole else '有间断'}）"
        case a.FactsRecorded():
            return "记录违法事实和裁量事实"
        case a.PartyInformed(fine_fen=fine):
            return f"口头告知拟处罚款 {plain_text(fine)} 元及事实、理由、依据和权利"
        case a.StatementRecorded(made=made, words=words):
            return f"当事人陈述、申辩：{words}" if made else "当事人未提出陈述、申辩意见"
        case a.CaseDetermined(fine_fen=fine, deviation=deviation):
            outside = f"，偏离基准：{deviation}" if deviation else ""
            return f"按裁量基准拟定罚款 {plain_text(fine)} 元并签名{outside}"
        case a.DeviationAsked(fine_fen=fine, words=words):
            return f"申请适用基准以外的数额 {plain_text(fine)} 元：{words}"
        case a.DeviationDecided(allowed=allowed, words=words, shown=shown):
            said = f"：{words}" if words else ""
            return f"{shown.name}{'批准' if allowed else '不批准'}适用基准以外的数额{said}"
        case a.CaseCosigned(shown=shown):
            return f"{shown.name}会签（执法证号 {shown.number}，{shown.state}）"
        case a.DecisionIssued(number=number, fine_fen=fine):
            return f"作出决定 {number}，罚款 {plain_text(fine)} 元"
        case a.DocumentPrinted(copies=copies, reprint=reprint, way=way):
            return f"{'重印' if reprint else '打印'}决定书 {copies} 份（{'PDF 文件' if way == 'pdf' else '打印机'}）"
        case a.DocumentPrintedInField(copies=copies, reprint=reprint):
            return f"{'重印' if reprint else '打印'}决定书 {copies} 份（80 毫米便携打印机）"
        case a.DocumentVoided(words=words):
            return f"作废，文号保留：{words}"
        case a.DocumentSigned(role=role, name=name, refused=refused):
            who = f"{ROLES[role]}{name}"
            return f"{who}拒绝在决定书上签名：{refused}" if refused else f"{who}在屏幕上签署决定书"
        case a.DecisionDelivered(outcome=outcome, words=words):
            return "当场交付，当事人签收" if outcome == "signed" else f"当场交付，当事人拒绝签名：{words}"
        case a.ReviewApproved(shown=shown):
            return f"{shown.name}审核同意，予以备案"
        case a.ReviewReturned(words=words):
            return f"退回：{words}"
        case a.ReviewAnswered(words=words):
            return f"对退回的答复：{words}"
        case a.ConflictSettled(words=words):
            return f"冲突已处理：{words}"
        case p.TurnedOrdinary(why=why):
            return f"转为普通程序：{why}"
        case p.ActDone():
            return _act(entry.body, label_of)
        case p.ActCosigned(shown=shown):
            return f"{shown.name}会签（执法证号 {shown.number}，{shown.state}）"
        case p.PaperSigned(role=role, name=name, refused=refused):
            who = f"{ROLES[role]}{name}"
            return f"{who}拒绝签名：{refused}" if refused else f"{who}在屏幕上签名"
        case p.PaperPrinted(copies=copies, reprint=reprint, way=way):
            return f"{'重印' if reprint else '打印'}文书 {copies} 份（{WAYS[way]}）"
        case p.PaperVoided(words=words):
            return f"文书作废，文号保留：{words}"
        case r.CaseRelated(way=way, number=number, party=party):
            return RELATED[way].format(case=f"{number}案（{party}）" if number else f"{party}一案")
        case r.EvidenceShared(title=title, number=number):
            return f"引用证据：{title}，原件存于{number}案卷"
        case Unknown(kind=kind):
            return f"由更新版本的程序写入（{kind}），原样保留"
        case _:
            return entry.kind


def _act(body: p.ActDone, label_of: Callable[[str], str]) -> str:
    """The act, the number of its paper, and the sum that it set."""
    words = label_of(body.act)
    if body.paper is not None and body.paper.number:
        words += f" {body.paper.number}"
    sums = {name: fen for name, fen in (*body.effect.amounts.items(), *body.effect.adds.items()) if fen}
    words += "".join(f"，{SUMS.get(name, '数额')} {plain_text(abs(fen))} 元" for name, fen in sums.items())
    return f"{words}（程序以外办理：{body.elsewhere}）" if body.elsewhere else words


RELATED = {
    "beside": "与{case}并案调查，分别决定",
    "into": "并入{case}",
    "from": "{case}并入本案",
    "apart": "与{case}分案",
}
ROLES = {
    "party": "当事人",
    "witness": "见证人",
    "officer": "执法人员",
    "recorder": "记录人",
    "interpreter": "翻译人",
    "chair": "听证主持人",
    "member": "参加人",
    "taker": "拍摄人",
}
WAYS = {"pdf": "PDF 文件", "printer": "打印机", "field_printer": "80 毫米便携打印机", "electronic": "电子送达"}
SUMS = {"told": "告知罚款", "decided": "罚款", "paid": "缴退"}
