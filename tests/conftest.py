"""Every test: an offscreen Qt, and no warning that nobody announced."""

import logging
import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")
QUIET = ("This plugin does not support",)


class _Heard(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture(autouse=True)
def heard(request):
    """A log record of WARNING or above, or a Qt warning, fails the test unless it is marked `announced`."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    handler = _Heard()
    logging.getLogger().addHandler(handler)
    qt_words = []

    def qt_said(kind, context, words):
        if kind != QtMsgType.QtDebugMsg and not words.startswith(QUIET):
            qt_words.append(words)

    before = qInstallMessageHandler(qt_said)
    yield handler.records
    qInstallMessageHandler(before)
    logging.getLogger().removeHandler(handler)
    if request.node.get_closest_marker("announced") is None:
        said = [record.getMessage() for record in handler.records] + qt_words
        assert not said, f"nobody announced: {said}"
