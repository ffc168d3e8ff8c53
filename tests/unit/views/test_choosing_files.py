"""A path that is typed is taken with one Enter, also where folders beside it begin with the same letters."""

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from desktop.app.application import make_qt
from desktop.app.driver import Driver
from desktop.views.shared.files import ask_where


@pytest.mark.parametrize("folder", ["out", "out/1", "out/1/2"])
def test_one_enter_saves(tmp_path, folder):
    make_qt(headless=True)
    for name in ("out", "out/1", "out/1/2", "out/10", "outer"):
        (tmp_path / name).mkdir(exist_ok=True)
    window = QWidget()
    window.show()
    window.activateWindow()
    chosen = []
    ask_where(window, "Save", "save.dialog", "notice.pdf", chosen.append)
    driver = Driver(window)
    line = driver.find("save.dialog", QFileDialog).findChild(QLineEdit, "fileNameEdit")
    driver.wait(line.hasFocus, "the file name")
    line.selectAll()
    driver.enter(str(tmp_path / folder / "notice.pdf"))
    driver.wait(lambda: bool(chosen), "the choice", 5)
    assert chosen == [tmp_path / folder / "notice.pdf"]
    window.close()
