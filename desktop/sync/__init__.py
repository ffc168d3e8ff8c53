"""Select, send, apply, back off. No Qt, no thread: somebody calls `Engine.step`."""

from desktop.sync.engine import Engine
from desktop.sync.line import StepResult
from desktop.sync.transport import HttpTransport, Transport

__all__ = ["Engine", "HttpTransport", "StepResult", "Transport"]
