"""The figures of one process, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Metrics:
    """Counters of one process; add them up over processes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hengchi_relay_requests", "Requests answered", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "hengchi_relay_request_seconds",
            "From the first byte to the last",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.refusals = Counter(
            "hengchi_relay_refusals", "Requests refused, by the catalogue's code", ["code"], registry=self.registry
        )
        self.bundles = Counter("hengchi_relay_bundles", "Bundles judged", ["outcome"], registry=self.registry)
        self.bytes_in = Counter("hengchi_relay_received_bytes", "Bodies of requests", registry=self.registry)
        self.bytes_out = Counter("hengchi_relay_sent_bytes", "Bodies of answers", registry=self.registry)
        self.commits = Histogram(
            "hengchi_relay_commit_bundles",
            "Bundles in one transaction of the log",
            buckets=COUNTS,
            registry=self.registry,
        )
        self.commit_seconds = Histogram(
            "hengchi_relay_commit_seconds",
            "One transaction of the log, to the disk",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.waiting = Gauge(
            "hengchi_relay_long_polls", "Devices that wait for something to come", registry=self.registry
        )
        self.size = Gauge(
            "hengchi_relay_log_size", "Bundles in the log, when it was last looked at", registry=self.registry
        )
        self.units = Gauge("hengchi_relay_unit_bytes", "Kept for a unit", ["unit"], registry=self.registry)
        self.ready = Gauge(
            "hengchi_relay_ready", "1 when the last look found everything in order", registry=self.registry
        )

    def text(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self.registry)
