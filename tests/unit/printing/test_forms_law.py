"""What the articles demand of a document stands in its form, and values read as Chinese documents write them."""

import pytest

from desktop.printing.formset import library
from enforcement.notices.forms import FormField, holds, missing_in, value_at
from enforcement.notices.reading import filled, words
from tests.support.forms import sample

IDS = library.form_ids()
DEMANDED = {
    # 行政处罚法第五十九条
    "penalty_decision": "agency number party.name party.address facts evidence forbids punishes penalty fine bank account_name account "
    "reconsideration_body court issued_on discretion told heard",
    # 行政处罚法第四十四条、第六十三条、第六十四条
    "penalty_prior_notice": "party.name facts forbids punishes penalty fine days discretion issued_on",
    "hearing_prior_notice": "party.name facts forbids punishes penalty fine discretion issued_on",
    "hearing_notice": "party.name at room open chair issued_on",
    # 行政处罚法第五十六条
    "preservation_notice": "party.name approved_on from until items officers keep",
    # 行政强制法第十八条、第二十四条、第三十五条、第三十七条、第五十一条、第五十五条
    "coercive_record": "officers began ended present shown told said narrative",
    "seizure_decision": "agency party.name party.address reason basis from until items reconsideration_body court issued_on",
    "demand": "days fine additional total bank account",
    "enforcement_decision": "agency party.name party.address reason basis way at reconsideration_body court issued_on demand_number",
    "substitute_decision": "party.name party.address reason basis way at object budget by",
    "enforcement_application": "decision_number facts said request materials demand_number issued_on",
    # 国办发〔2024〕54号
    "inspection_approval": "party.name party.code type source basis matters way times cap officers helpers planned opinions.head",
    "inspection_notice": "party.name basis matters planned officers times cap",
    # 行政处罚法第五十八条、第六十一条
    "legality_review": "ground sent_on points result reviewer first opinions.legal",
    "service_receipt": "party.name documents place way at receiver relation officers",
}
SAID = {
    "penalty_decision": ("十五日内", "百分之三", "不超过罚款的数额", "六十日内", "六个月内", "不停止执行"),
    "penalty_prior_notice": ("陈述和申辩", "不因陈述、申辩而给予更重的处罚"),
    "hearing_prior_notice": ("五个工作日", "要求听证", "费用由本机关承担"),
    "hearing_notice": ("申请回避", "一至二人", "视为放弃听证"),
    "preservation_notice": ("七个工作日", "不得销毁或者转移"),
    "seizure_decision": ("一式二份", "保管费用由本机关承担"),
    "seizure_extension": ("不超过三十日",),
    "demand": ("陈述和申辩", "记录、复核"),
    "substitute_decision": ("三日前", "派员到场监督"),
    "recusal_decision": ("负责人决定",),
    "inquiry_record": ("出示执法证件", "如实回答", "申请回避"),
    "inspection_notice": ("出示", "申请回避", "陈述、申辩", "投诉、举报"),
}


@pytest.mark.parametrize("id_", DEMANDED)
def test_what_the_article_demands_is_mandatory(id_):
    form, values = library.form(id_), sample(id_)
    demanded = {field.path for field in form.fields if field.mandatory and holds(field.when, values)}
    assert set(DEMANDED[id_].split()) <= demanded


@pytest.mark.parametrize("id_", SAID)
def test_what_the_article_has_told_is_told(id_):
    form, values = library.form(id_), sample(id_)
    text = "".join(
        filled(sentence, form, values)
        for block in form.blocks
        if holds(block.when, values)
        for sentence in (block.text, *block.lines)
    )
    for told in SAID[id_]:
        assert told in text


@pytest.mark.parametrize(
    "id_", [one for one in IDS if "officers" in {field.path for field in library.form(one).fields}]
)
def test_one_officer_is_not_enough(id_):
    values = sample(id_)
    values["officers"] = values["officers"][:1]
    assert "officers" in {item.path for item in missing_in(library.form(id_), values)}


def test_a_refused_service_needs_its_reason_and_a_witness():
    values = sample("service_receipt")
    values["way"] = "留置"
    assert {item.path for item in missing_in(library.form("service_receipt"), values)} == {"reason", "witness"}


def test_a_fine_among_other_penalties_needs_its_sum_and_its_bank():
    values = sample("penalty_decision")
    values["penalty"] = ["警告", "罚款"]
    for name in ("fine", "bank"):
        del values[name]
    missing = {item.path: item.words for item in missing_in(library.form("penalty_decision"), values)}
    assert missing == {
        "fine": "罚款数额未载明",
        "bank": "缴款银行未载明",
        "perform": "履行方式和期限未载明",
    }
    values["penalty"] = ["警告"]
    assert set(missing_in_paths("penalty_decision", values)) == {"perform"}


def missing_in_paths(id_, values):
    return [item.path for item in missing_in(library.form(id_), values)]


def test_an_opinion_needs_words_person_and_day():
    values = sample("case_opening")
    del values["opinions"]["head"]["on"]
    assert missing_in_paths("case_opening", values) == ["opinions.head"]


@pytest.mark.parametrize(
    ("kind", "value", "style", "text"),
    [
        ("money", 1200000, "", "人民币壹万贰仟元整（￥12000）"),
        ("money", 1200050, "plain", "12000.50元"),
        ("money", 0, "", "人民币零元整（￥0）"),
        ("day", "2026-03-02", "", "2026年3月2日"),
        ("minute", "2026-03-02T09:05", "", "2026年3月2日9时05分"),
        ("minute", "2026-03-02T01:05:00+00:00", "", "2026年3月2日9时05分"),
        ("choices", ["警告", "罚款"], "", "警告、罚款"),
        ("list", ["照片。", "笔录"], "", "1. 照片；2. 笔录"),
        ("people", [{"name": "王㐂", "number": "1"}, {"name": "𬭎"}], "", "王㐂（执法证号1）、𬭎"),
        ("dialogue", [{"ask": "甲？", "answer": "乙。"}], "", "问：甲？\n答：乙。"),
        ("text", "", "", ""),
    ],
)
def test_values_read_as_documents_write_them(kind, value, style, text):
    assert words(FormField(path="x", label="x", kind=kind), value, style) == text


def test_a_sentence_never_ends_twice_and_never_lacks_its_word():
    form, values = library.form("recusal_decision"), sample("recusal_decision")
    values["reason"] = "有亲属关系。"
    assert filled("理由是：{reason}。", form, values) == "理由是：有亲属关系。"
    assert filled("{reason}另查。", form, values) == "有亲属关系。另查。"
    del values["reason"]
    assert filled("理由是：{reason}。签名：{sign}", form, values) == "理由是：————。签名：＿＿＿＿＿＿"


def test_every_file_of_the_story_holds_only_what_its_form_has():
    for id_ in IDS:
        form = library.form(id_)
        assert any(value_at(sample(id_), field.path) is not None for field in form.fields)
        assert form.title not in [library.form(other).title for other in IDS if other != id_]
