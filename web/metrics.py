"""What Prometheus reads: how the escalation stands, from the database at the moment it asks."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from cases.canary import Outcome
from cases.overdue import overdue_by_definition
from notifications.operations import Operations, state_of_operations
from web.door import Vardtrad


def metrics_text(wiring: Vardtrad) -> bytes:
    """In Prometheus' text format; labels name kinds of work, never people, units or cases."""
    now = wiring.now()
    with wiring.database.reading() as session:
        state = state_of_operations(session, now, wiring.settings.sweep_interval)
        overdue = _overdue(wiring, session, now)
    registry = CollectorRegistry()
    registry.register(_Read((*_metrics(state, now), overdue)))
    return generate_latest(registry)


class _Read(Collector):
    def __init__(self, found: tuple[Metric, ...]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield from self._found


def _metrics(state: Operations, now: datetime) -> Iterator[Metric]:
    build = GaugeMetricFamily("vardtrad_build_info", "The version that answers", labels=["version"])
    build.add_metric([version("vardtrad")], 1)
    yield build
    if state.last_sweep.at is not None:
        yield GaugeMetricFamily(
            "vardtrad_last_sweep_age_seconds",
            "Since the last full sweep",
            max(0.0, (now - state.last_sweep.at).total_seconds()),
        )
    yield GaugeMetricFamily(
        "vardtrad_sweep_late", "1 when the last sweep is older than allowed", state.last_sweep.late
    )
    queue = GaugeMetricFamily(
        "vardtrad_queue_length", "What waits, by kind; rungs are due now", labels=["kind"]
    )
    waiting = asdict(state.queues)
    failed, missed = waiting.pop("failed"), waiting.pop("missed")
    for kind, n in waiting.items():
        queue.add_metric([kind], n)
    yield queue
    yield GaugeMetricFamily("vardtrad_mails_failed", "Mails given up for good", failed)
    yield GaugeMetricFamily("vardtrad_calls_failed", "Webhook calls given up for good", missed)
    if state.lateness is not None:
        yield GaugeMetricFamily(
            "vardtrad_sweep_lateness_seconds",
            "How late the latest reminder of the last working sweep was",
            state.lateness.last.total_seconds(),
        )
    yield GaugeMetricFamily("vardtrad_workers_alive", "Workers seen lately", len(state.alive))
    if state.canary.at is not None:
        yield GaugeMetricFamily(
            "vardtrad_canary_ok",
            "1 when the daily check was seen among the overdue, or is under way",
            state.canary.outcome in (Outcome.SEEN, Outcome.UNDER_WAY),
        )
    yield CounterMetricFamily(
        "vardtrad_catch_ups", "Times that reminders went out late after a standstill",
        state.catch_ups,
    )  # fmt: skip


def _overdue(wiring: Vardtrad, session: Session, now: datetime) -> Metric:
    family = GaugeMetricFamily(
        "vardtrad_steps_overdue", "Open steps past their time", labels=["definition"]
    )
    counted = overdue_by_definition(session, now)
    for key in sorted(
        {definition.key for definition in wiring.routines.current()} | counted.keys()
    ):
        family.add_metric([key], counted.get(key, 0))
    return family
