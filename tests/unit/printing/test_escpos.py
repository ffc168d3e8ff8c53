"""To a device or over the network: whole, or told that it was not."""

import os
import socket
import threading

import pytest

from desktop.messages.errors import words_of
from desktop.printing.escpos import STATUS, raster, to_device, to_network
from desktop.printing.receipt import decision_strip
from enforcement.values.errors import KnownError
from tests.support.escpos_reader import printed
from tests.support.on_spot import code_for, decision

DATA = raster(decision_strip(decision(), code_for(decision())).image())


@pytest.fixture
def pipe(tmp_path):
    """A device file whose other end the test holds."""
    path = tmp_path / "lp0"
    os.mkfifo(path)
    return path


def reading(path, until):
    """Reads the pipe in the background; after `until` bytes its end is closed. Both ends are open before it returns."""
    got = bytearray()
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    held = os.open(path, os.O_WRONLY)  # a pipe without a writer would look as if the document were over
    os.set_blocking(handle, True)

    def run():
        try:
            while len(got) < until:
                got.extend(os.read(handle, 1000))
        finally:
            os.close(handle)
            os.close(held)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, got


def test_a_device_gets_every_byte_and_nothing_else(pipe):
    thread, got = reading(pipe, until=len(DATA))
    sent = to_device(pipe, DATA)
    thread.join(10)
    assert bytes(got) == DATA
    assert printed(bytes(got))[1] == 1
    assert (sent.size, sent.confirmed) == (len(DATA), False)


def test_a_missing_device_is_named_and_nothing_is_created(tmp_path):
    path = tmp_path / "usb" / "lp0"
    with pytest.raises(KnownError) as refused:
        to_device(path, DATA)
    assert refused.value.code == "printer.missing"
    assert str(path) in words_of(refused.value).what
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_takes_nothing_more_is_told_with_how_far_it_came(pipe):
    held = os.open(pipe, os.O_RDWR)  # a reader that never reads: the pipe fills up
    try:
        with pytest.raises(KnownError) as refused:
            to_device(pipe, DATA, wait=0.2)
    finally:
        os.close(held)
    assert refused.value.code == "printer.unfinished"
    assert 0 < refused.value.details["sent"] < len(DATA)
    assert refused.value.details["total"] == len(DATA)


def test_a_full_device_is_told():
    with pytest.raises(KnownError) as refused:
        to_device(os.path.join("/dev", "full"), DATA)
    assert refused.value.code == "printer.unfinished"
    assert refused.value.details["sent"] == 0


def test_a_device_that_is_pulled_out_in_the_middle_is_told(pipe, qapp):
    thread, _ = reading(pipe, until=2_000)
    with pytest.raises(KnownError) as refused:
        to_device(pipe, DATA * 4, wait=5)
    thread.join(10)
    assert refused.value.code == "printer.unfinished"
    assert refused.value.details["sent"] < len(DATA) * 4
    assert "不完整" in _chinese(refused.value)


def _chinese(error):
    from desktop.messages.language import install_language

    install_language("zh_CN")
    try:
        return words_of(error).what
    finally:
        install_language("en")


class Printer:
    """A network printer: takes `limit` bytes (all when None), then answers a question for its state with `answer`."""

    def __init__(self, answer=b"\x00", limit=None):
        self.got, self._answer, self._limit = bytearray(), answer, limit
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        link, _ = self._door.accept()
        with link:
            while not self.got.endswith(STATUS):
                piece = link.recv(4096)
                if not piece:
                    return
                self.got.extend(piece)
                if self._limit is not None and len(self.got) >= self._limit:
                    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                    return
            if self._answer:
                link.sendall(self._answer)
            else:
                threading.Event().wait(0.6)

    def close(self):
        self._thread.join(10)
        self._door.close()


@pytest.fixture
def printer():
    made = []

    def start(**more):
        made.append(Printer(**more))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_a_printer_on_the_network_confirms_what_it_worked_off(printer):
    there = printer()
    sent = to_network("127.0.0.1", DATA, port=there.port)
    there.close()
    assert bytes(there.got) == DATA + STATUS
    assert sent.confirmed


def test_a_printer_that_never_answers_is_not_called_confirmed(printer):
    there = printer(answer=b"")
    assert not to_network("127.0.0.1", DATA, port=there.port, wait=0.3).confirmed


def test_paper_that_ran_out_is_told(printer):
    there = printer(answer=b"\x0c")
    with pytest.raises(KnownError) as refused:
        to_network("127.0.0.1", DATA, port=there.port)
    assert refused.value.code == "printer.failed"


def test_a_connection_cut_in_the_middle_is_never_a_document_printed(printer):
    there = printer(limit=20_000)
    with pytest.raises(KnownError) as refused:
        to_network("127.0.0.1", DATA * 30, port=there.port)
    assert refused.value.code == "printer.unfinished"


def test_a_connection_cut_after_the_last_byte_is_no_confirmation_either(printer):
    there = printer(limit=len(DATA))
    with pytest.raises(KnownError) as refused:
        to_network("127.0.0.1", DATA, port=there.port)
    assert refused.value.code == "printer.unfinished"


def test_nobody_listening_is_a_missing_printer():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(KnownError) as refused:
        to_network("127.0.0.1", DATA, port=port, wait=1)
    assert refused.value.code == "printer.missing"
