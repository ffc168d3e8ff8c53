"""moto's S3 on loopback."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock
from urllib.request import Request, urlopen

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""What moto lets in: anything."""


@contextmanager
def serve() -> Iterator[Callable[[str], str]]:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # one request after the other: moto's objects do not bear two writers
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, app, threaded=False, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def bucket(name: str) -> str:
        urlopen(Request(f"http://127.0.0.1:{server.server_port}/{name}", method="PUT")).close()
        return f"s3://{name}/relay?endpoint=http://127.0.0.1:{server.server_port}"

    with mock.patch.dict(os.environ, KEYS):
        yield bucket
    server.shutdown()
    thread.join()
    server.server_close()
