"""The Ruler place and the articles behind the reasons, in the real window."""

import pytest
from PySide6.QtWidgets import QDialog, QLabel

from desktop.views.shared.basics import Pick
from tests.support.city import copy_of, signed_in

TEXT = """# 城市道路管理条例（示范文本，并非原文）

第一章　总则

**第一条**　为测试而写的第一条。

第二十七条　这是示例市为测试而写的第二十七条。
　　（一）第一项；
　　（二）第二项。

第四十二条　这是示例市为测试而写的第四十二条。
"""


@pytest.fixture(scope="module")
def city(founded, tmp_path_factory):
    copied = copy_of(founded, tmp_path_factory.mktemp("city"))
    file = copied.folder / "authority" / "incoming" / "text.md"
    file.write_text(TEXT, "utf-8")
    words = (
        "--title",
        "城市道路管理条例",
        "--version",
        "2019-03-24",
        "--from",
        "2019-03-24",
        "--source",
        "示例市机关存档",
    )
    copied.office("text", str(file), *words)
    copied.office("publish")
    copied.start_relay()
    yield copied
    copied.stop_relay()


@pytest.fixture
def window(city):
    application, driver = signed_in(city.folder / "officer", city.cast)
    driver.tap("rail.ruler")
    driver.find("ruler.search")
    driver.wait(lambda: bool(driver.find("ruler.title").text()), "a table")
    yield application, driver
    application.window.close()


def search(driver, words, title):
    driver.tap("ruler.search")
    driver.find("ruler.search").selectAll()
    driver.type(words)
    items = driver.find("ruler.list").model_.items
    driver.wait(lambda: bool(driver.find("ruler.list").model_.items), "rows")
    driver.wait(lambda: title in [one.title for one in driver.find("ruler.list").model_.items], title)
    driver.find("ruler.list").pick([one.title for one in driver.find("ruler.list").model_.items].index(title))
    driver.wait(lambda: driver.find("ruler.title").text() == title, "the table shown")
    return items


def fill(driver, **facts):
    for name, text in facts.items():
        if text.startswith("="):
            driver.tap(f"fact.{name}.{text[1:]}")
        else:
            driver.tap(f"fact.{name}")
            driver.focused(f"fact.{name}")
            driver.find(f"fact.{name}").selectAll()
            driver.type(text)


def shown(driver, name):
    return driver.find(name, QLabel).text()


@pytest.mark.parametrize("words", ["szzycsdl", "占道", "占用 城市道路"])
def test_any_words_find_it(window, words):
    _, driver = window
    search(driver, words, "擅自占用城市道路")


def test_facts_move_the_band_and_the_sentence_says_why_not(window):
    _, driver = window
    search(driver, "szzycsdl", "擅自占用城市道路")
    fill(driver, area="6.5", days="3", impact="=some", corrected="=done", priors="0")
    driver.wait(lambda: shown(driver, "outcome.tier") == "第一阶次", "the tier")
    assert "占用面积达到10平方米" in shown(driver, "ruler.heavier")
    assert "第二阶次" in shown(driver, "ruler.heavier")
    assert shown(driver, "outcome.sum").replace("\u202f", "") == "1500"
    fill(driver, area="12")
    driver.wait(lambda: shown(driver, "outcome.tier") == "第二阶次", "the next tier")
    assert "不满10平方米" in shown(driver, "ruler.lighter")
    driver.tap("ruler.party.citizen")
    driver.wait(lambda: shown(driver, "outcome.sum").replace("\u202f", "") != "4250", "another party's band")


def test_days_choose_the_law(window):
    """Burning waste: the air law until the environmental code came into force, and the milder of the two for what lies between."""
    _, driver = window
    search(driver, "露天烧烤", "在禁止的时段和区域露天烧烤食品或者提供场地")
    before = shown(driver, "outcome.band")
    driver.tap("ruler.acted")
    driver.type("2026-13-01")
    driver.wait(lambda: driver.find("ruler.acted").property("wrong"), "the day that is none is marked")
    driver.find("ruler.acted").selectAll()
    driver.type("2025-06-01")
    driver.wait(lambda: not driver.find("ruler.acted").property("wrong"), "a day")
    assert before


def test_an_article_opens_with_summary_and_official_text(window, city):
    application, driver = window
    driver.wait(lambda: application.session.office.strip().connection == "online", "the relay")
    search(driver, "szzycsdl", "擅自占用城市道路")
    driver.wait(
        lambda: any(one.text for one in application.session.office.articles("城市道路管理条例第四十二条", application.session.office.today_is())),
        "the official text",
    )  # fmt: skip
    driver.tap("ruler.basis")
    dialog = driver.find("article", QDialog)
    texts = [one.text() for one in dialog.findChildren(QLabel)]
    assert any("《城市道路管理条例》第" in text for text in texts)
    assert any("示例市为测试而写的第四十二条" in text or "示例市为测试而写的第二十七条" in text for text in texts)
    assert any("2019-03-24" in text for text in texts)
    driver.tap("article.close")
    application.window.activateWindow()
    driver.wait(application.window.isActiveWindow, "the window in front")
    fill(driver, area="6.5", days="3", impact="=some", corrected="=done", priors="0")
    driver.wait(lambda: bool(shown(driver, "outcome.words")), "the reasons")
    driver.tap("reason.basis")
    dialog = driver.find("article", QDialog)
    assert any("行政处罚法" in one.text() for one in dialog.findChildren(QLabel))
    driver.tap("article.close")


def test_the_proof_is_read_and_editions_are_compared(window, city, tmp_path):
    application, driver = window
    search(driver, "szzycsdl", "擅自占用城市道路")
    assert "computed one by one" in shown(driver, "ruler.proof")
    assert "formulas" in shown(driver, "ruler.proof")
    driver.tap("ruler.compare")
    driver.wait(lambda: "Only one edition" in shown(driver, "compare.line.0"), "nothing to compare yet")
    driver.tap("compare.close")
    _publish_another(city, tmp_path)
    driver.tap("rail.sync")
    driver.tap("sync.now")
    driver.wait(lambda: len(application.session.office.editions()) == 2, "the second edition")
    driver.tap("rail.ruler")
    driver.tap("ruler.compare")
    driver.wait(lambda: driver.find("compare.newer", Pick).count() == 2, "two editions")
    driver.wait(
        lambda: "由第一阶次1000–3000元改为第一阶次900–2900元" in shown(driver, "compare.line.0"), "what changes"
    )
    driver.tap("compare.close")


def _publish_another(city, folder):
    import shutil

    import resources

    source = folder / "next"
    shutil.copytree(resources.path("rules/shili-city"), source)
    head = source / "pack.toml"
    head.write_text(head.read_text("utf-8").replace('version = "2026-07"', 'version = "2026-11"', 1), "utf-8")
    roads = source / "violations" / "urban-roads.toml"
    old = "organisation = [1000, 3000], citizen = [50, 200]"
    text = roads.read_text("utf-8")
    at = text.index('id = "road-occupy"')
    place = text.index(old, at)
    text = text[:place] + old.replace("[1000, 3000]", "[900, 2900]") + text[place + len(old) :]
    roads.write_text(text.replace("fine_yuan = 1500", "fine_yuan = 1400", 1), "utf-8")
    city.office("pack", str(source))
    city.office("publish")
