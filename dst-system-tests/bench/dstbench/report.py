"""Tables of medians for people, and everything for programs."""

import os
import platform
import statistics

from . import jobs


def machine():
    """What the figures were measured on."""
    model = ""
    with open("/proc/cpuinfo") as cpus:
        for line in cpus:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    return {"cpus": os.cpu_count(), "cpu": model, "kernel": platform.release()}


def summary(results):
    """From results[job][chain], a list with one entry a round, medians and ranges."""
    return {
        job: {chain: _summarize(rounds) for chain, rounds in chains.items()}
        for job, chains in results.items()
    }


def _summarize(rounds):
    figures = [one["figure"] for one in rounds]
    return {
        "median": statistics.median(figures),
        "min": min(figures),
        "max": max(figures),
        "p50_us": statistics.median(one["p50_us"] for one in rounds),
        "p99_us": statistics.median(one["p99_us"] for one in rounds),
    }


def table(medians, reference):
    """The table that is printed: median (ratio to the reference) [min to max] p50/p99."""
    lines = []
    chains = list(next(iter(medians.values())))
    lines.append("%-16s %-5s" % ("job", "unit") + "".join("  %-34s" % c for c in chains))
    for job, row in medians.items():
        cells = "".join("  %-34s" % _cell(row[c], row.get(reference)) for c in chains)
        lines.append("%-16s %-5s%s" % (job, jobs.unit(job), cells))
    lines.append("median (ratio to %s) [min to max] p50/p99 in us" % reference)
    return "\n".join(line.rstrip() for line in lines)


def _cell(entry, reference):
    ratio = ""
    if reference and reference["median"]:
        ratio = " (%.2f)" % (entry["median"] / reference["median"])
    return "%s%s [%s to %s] %.0f/%.0f" % (
        _short(entry["median"]),
        ratio,
        _short(entry["min"]),
        _short(entry["max"]),
        entry["p50_us"],
        entry["p99_us"],
    )


def _short(figure):
    return "%.1fk" % (figure / 1000) if figure >= 10000 else "%.0f" % figure
