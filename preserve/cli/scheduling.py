"""How the schedule is shown: as lines for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from preserve.cli.output import one_line, with_path
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from preserve.config import Config
    from preserve.workflows.scheduling.plan import Period, Plan, Verdict
    from preserve.workflows.scheduling.timers import Timer


def schedule_json(config: Config, plan: Plan, timers: Sequence[Timer]) -> dict[str, Any]:
    """The whole schedule."""
    return {
        **with_path("home", str(config.home)),
        "time": rfc3339(plan.now),
        "next": rfc3339(plan.first),
        "seconds_a_night": plan.hours.total_seconds(),
        "due": {"copies": plan.due.copies, "bytes": plan.due.bytes},
        "broken": {"copies": plan.broken.copies, "bytes": plan.broken.bytes},
        "damaged": plan.damaged,
        "plan": [_period_json(period) for period in plan.periods],
        "verdict": None if plan.verdict is None else _verdict_json(plan.verdict),
        "timers": [_timer_json(timer) for timer in timers],
    }


def _period_json(period: Period) -> dict[str, Any]:
    return {
        "span": period.span,
        "since": rfc3339(period.since),
        "until": rfc3339(period.until),
        "location": period.location,
        "packages": round(period.amount.packages),
        "files": round(period.amount.files),
        "bytes": round(period.amount.bytes),
        "seconds": None if period.seconds is None else round(period.seconds, 1),
    }


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": verdict.holds,
        "needs_seconds_a_month": round(verdict.needs, 1),
        "has_seconds_a_month": round(verdict.has, 1),
        "bytes_a_second": round(verdict.speed.average),
        "seconds_a_file": round(verdict.speed.opening, 6) if verdict.speed.apart else None,
        "runs": verdict.speed.runs,
        "nights_with_a_run": round(verdict.available, 3),
        "largest_package_seconds": round(verdict.largest, 1),
    }


def _timer_json(timer: Timer) -> dict[str, Any]:
    return {
        "way": timer.way.value,
        **with_path("path", str(timer.path or "")),
        "at": timer.at,
        "max_duration": timer.max_duration,
        "edited": timer.edited,
    }


def schedule_lines(plan: Plan, timers: Sequence[Timer]) -> Iterator[str]:
    """The schedule for a person."""
    yield _due(plan)
    if plan.damaged:
        yield f"{plural(plan.damaged, 'damaged package')}: read again by every run that has the time, until mended."
    yield ""
    if plan.periods:
        yield from _table(plan)
    else:
        yield "There is nothing to read: no package is in the archive yet."
    yield ""
    yield from _judgement(plan)
    yield from _timers(timers)


def _due(plan: Plan) -> str:
    if not plan.due.copies:
        return "Nothing is due now."
    text = f"Due now: {plural(plan.due.copies, 'package')}, {octets(plan.due.bytes)}."
    if plan.broken.copies:
        text += f" {plan.broken.copies:,} of them later than fixity.slack allows: the promise is broken."
    return text


def _table(plan: Plan) -> Iterator[str]:
    several = any(period.location for period in plan.periods)
    where = f"{'Where':<16}" if several else ""
    yield f"{'When':<20}{where}{'Packages':>12}{'Size':>12}{'Takes':>16}"
    for period in plan.periods:
        takes = "" if period.seconds is None else "about " + long(period.seconds)
        place = f"{names.shown(period.location or 'packages'):<16}" if several else ""
        size = octets(round(period.amount.bytes))
        yield f"{_when(period):<20}{place}{round(period.amount.packages):>12,}{size:>12}{takes:>16}".rstrip()


def _when(period: Period) -> str:
    if period.span == "month":
        return f"{period.since.astimezone():%Y-%m}"
    return "the next seven runs" if period.span == "week" else f"{period.since.astimezone():%Y-%m-%d %H:%M}"


def _judgement(plan: Plan) -> Iterator[str]:
    verdict = plan.verdict
    if verdict is None:
        yield "How fast packages are read here is not measured yet; the first run of preserve audit does that."
        return
    night = long(plan.hours.total_seconds())
    speed = f"{octets(round(verdict.speed.average))}/s"
    if verdict.speed.apart:
        speed += (
            f" ({verdict.speed.opening * 1000:.1f} ms of it for each file)" if verdict.speed.opening >= 1e-4 else ""
        )
    text = f"At {speed} for {night} a night you need {long(verdict.needs)} a month; you have {long(verdict.has)}."
    yield text + (" The promise can be kept." if verdict.holds else " THE PROMISE CANNOT BE KEPT.")
    if not verdict.holds:
        yield "  → Give the runs more time (--max-duration), or let fixity.interval or a rule be longer."
    if verdict.available < 1:
        yield f"Lately {verdict.available:.0%} of the nights had a run; that is taken into account."
    if verdict.largest > plan.hours.total_seconds():
        yield f"The largest package takes about {long(verdict.largest)}: more than one night."


def _timers(timers: Sequence[Timer]) -> Iterator[str]:
    if not timers:
        yield "No timer is installed for it: preserve schedule install"
    for timer in timers:
        when = f"every night at {timer.at}" if timer.at else "when, cannot be told"
        most = f", for {one_line(timer.max_duration)} at most" if timer.max_duration else ""
        path = f" ({names.shown(str(timer.path))})" if timer.path else ""
        changed = "; changed by somebody since preserve wrote it" if timer.edited else ""
        yield f"Timer: {timer.way.value}, {when}{most}{path}{changed}."


def long(seconds: float) -> str:
    """A length of time for people: ``40 s``, ``12 min``, ``1.5 h``, ``41 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 10 and round(hours, 1) != round(hours) else f"{hours:,.0f} h"
