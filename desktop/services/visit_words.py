"""An entry of an inspection in words: the record as a person reads it. Chinese, as the record is."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.services.timeline import WAYS, words_for
from enforcement.journal import Entry
from enforcement.journal import acts as a
from enforcement.journal import visit_acts as v
from enforcement.procedure.inspections.missing import NUMBERED

ANSWERS = {"conforms": "符合", "violates": "不符合", "not_applicable": "不适用"}
LEADS = {"correction": "责令改正", "case": "进一步调查", "referral": "移送", "none": "批评教育，不作处理"}
OUTCOMES = {"no_findings": "未发现问题", "findings": "发现问题", "obstructed": "拒绝、阻碍检查"}
CORRECTED = {"all": "已经改正", "part": "部分改正", "none": "没有改正"}


def visit_words(entry: Entry, names: Mapping[str, str]) -> str:
    """One line. `names` are the questions by item and the titles of documents by form."""
    match entry.body:
        case v.InspectionPlanned(source=source, cap_words=cap):
            return f"报请行政检查：{source}。{cap}"
        case v.InspectionDecided(approved=approved, words=words, shown=shown):
            said = f"：{words}" if words else ""
            return f"{shown.name}{'批准' if approved else '不批准'}行政检查{said}"
        case a.InspectionOpened(place=place):
            return f"到达现场开始检查，地点：{place}"
        case v.CertificatesPresented(present=present, confirmed=confirmed):
            return f"出示执法证件并告知权利，{present}{'确认无误' if confirmed else '拒绝确认'}"
        case v.NoticeServed(to=to, signed=signed, later=later):
            return f"{'补送' if later else '送达'}行政检查通知书，{to}{'签收' if signed else '拒绝签收'}"
        case v.UnitsJoined(units=units):
            return f"联合检查：{'、'.join(one.number for one in units)}"
        case v.ItemAnswered(item=item, answer=answer, words=words, value=value):
            rest = "，".join(text for text in (words, value) if text)
            return f"{names.get(item, item)}：{ANSWERS[answer]}{'，' + rest if rest else ''}"
        case v.ItemPictured(item=item):
            return f"照片归入：{names.get(item, item)}"
        case v.FindingLed(item=item, lead=lead, to=to):
            return f"对“{names.get(item, item)}”的处理：{LEADS[lead]}{to}"
        case v.InspectionObstructed(words=words, witness=witness):
            return f"被检查人拒绝、阻碍检查：{words}（见证人：{witness}）"
        case v.InspectionConcluded(outcome=outcome):
            return f"检查结论：{OUTCOMES[outcome]}，签名"
        case v.InspectionCosigned(shown=shown):
            return f"{shown.name}会签（执法证号 {shown.number}，{shown.state}）"
        case a.InspectionClosed(case=case):
            return "检查结束" if case is None else "由检查发现的问题立案"
        case v.ResultTold(to=to, words=words):
            return f"检查结果告知{to}：{words}"
        case v.VisitPaperPrinted(form=form, copies=copies, reprint=reprint, way=way):
            return f"{'重印' if reprint else '打印'}{names.get(form, form)} {copies} 份（{WAYS[way]}）"
        case v.PaperIssued(form=form, number=number):
            mark = number or ("未编号" if form in NUMBERED else "")
            return f"制作{names.get(form, form)}{'（' + mark + '）' if mark else ''}"
        case v.CorrectionChecked(corrected=corrected):
            return f"复查：{CORRECTED[corrected]}"
        case _:
            return words_for(entry, str)
