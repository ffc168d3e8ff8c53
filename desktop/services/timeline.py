"""An entry in words: the record as a person reads it. Chinese, as the record is."""

from __future__ import annotations

from enforcement.journal import Entry, Unknown
from enforcement.journal import acts as a
from enforcement.values.money import plain_text


def words_for(entry: Entry) -> str:
    """One line."""
    match entry.body:
        case a.CaseOpened(place=place):
            return f"立案并开始检查，地点：{place}"
        case a.PartyChanged(party=party):
            return f"更正当事人：{party.name}"
        case a.EvidenceAdded(caption=caption, plain_size=size):
            return f"证据入卷：{caption}（{size // 1024} KB，已封存）"
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
        case a.DocumentVoided(words=words):
            return f"作废，文号保留：{words}"
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
        case Unknown(kind=kind):
            return f"由更新版本的程序写入（{kind}），原样保留"
        case _:
            return entry.kind
