"""Reports: tables of medians, and all measurements as JSON."""

import os
import platform
import statistics

from . import jobs


def machine():
    """The machine that the figures were measured on."""
    model = ""
    with open("/proc/cpuinfo") as cpus:
        for line in cpus:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    return {"cpus": os.cpu_count(), "cpu": model, "kernel": platform.release()}


def summary(results):
    """Medians and ranges of results[job][chain], a list with one entry per round.

    An entry is None if the chain stalled. A chain that stalled in every round has no median.
    """
    return {
        job: {chain: _summarize(rounds) for chain, rounds in chains.items()}
        for job, chains in results.items()
    }


def _summarize(rounds):
    measured = [one for one in rounds if one]
    summary = {"stalled": len(rounds) - len(measured)}
    if measured:
        figures = [one["figure"] for one in measured]
        summary["median"] = statistics.median(figures)
        summary["min"] = min(figures)
        summary["max"] = max(figures)
        for time in "p50_us", "p99_us", "cpu_us":
            summary[time] = statistics.median(one[time] for one in measured)
    return summary


def ratios(medians, references):
    """The ratios of medians for each job and pair of chains, keyed "chain / reference".

    Pairs each non-reference chain with each reference; if all chains are references, all pairs. A
    ratio is None if one of the two has no median.
    """
    chains = list(next(iter(medians.values())))
    subjects = [chain for chain in chains if chain not in references] or chains
    pairs = [(one, other) for one in subjects for other in references if one != other]
    return {
        job: {"%s / %s" % pair: _ratio(row, *pair) for pair in pairs} for job, row in medians.items()
    }


def _ratio(row, chain, reference):
    below = row[reference].get("median")
    above = row[chain].get("median")
    return above / below if above is not None and below else None


def table(medians):
    """The table of medians that is printed: median [min to max] p50/p99."""
    cells = {job: {c: _cell(one) for c, one in row.items()} for job, row in medians.items()}
    return _lines(cells) + "\nmedian [min to max] p50/p99, processor time of a request in us"


def ratio_table(ratios):
    """The table of ratios that is printed; empty if there are none."""
    cells = {job: {p: _ratio_cell(one) for p, one in row.items()} for job, row in ratios.items()}
    return _lines(cells) + "\nratios of medians" if any(cells.values()) else ""


def _lines(cells):
    heads = list(next(iter(cells.values())))
    widths = [max(len(head), *(len(row[head]) for row in cells.values())) for head in heads]
    rows = [["%-16s %-5s" % ("job", "unit"), *heads]]
    for job, row in cells.items():
        rows.append(["%-16s %-5s" % (job, jobs.unit(job)), *(row[head] for head in heads)])
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, [22, *widths])).rstrip() for row in rows
    )


def _cell(entry):
    stalled = "%d stalled" % entry["stalled"] if entry["stalled"] else ""
    if "median" not in entry:
        return stalled
    text = "%s [%s to %s] %.0f/%.0f, %.1f" % (
        _short(entry["median"]),
        _short(entry["min"]),
        _short(entry["max"]),
        entry["p50_us"],
        entry["p99_us"],
        entry["cpu_us"],
    )
    return text + (", " + stalled if stalled else "")


def _ratio_cell(ratio):
    return "-" if ratio is None else ("%.2f" if ratio < 100 else "%.0f") % ratio


def _short(figure):
    return "%.1fk" % (figure / 1000) if figure >= 10000 else "%.0f" % figure
