"""The resources that a process holds (memory, descriptors, threads), and whether they grow."""

import json
import os
import statistics
import subprocess

# Allowed growth between the end of the warm-up and the end: a runtime that compiles and collects is
# never quite still, and a link may be half open when a sample is taken.
ALLOWED = {"resident": 32 << 20, "direct": 16 << 20, "descriptors": 6, "threads": 3}

PATIENCE = 10

# Samples that a comparison of the first with the last third needs. A busy machine takes longer.
FEWEST = 3


class Usage:
    """Samples of one process."""

    def __init__(self, name, pid, status):
        """Samples process pid, using the command status (dst or dstd status), which prints JSON."""
        self.name = name
        self.pid = pid
        self.status = status
        self.samples = []

    def sample(self):
        """Takes a sample."""
        with open("/proc/%d/status" % self.pid) as status:
            fields = dict(line.split(":", 1) for line in status)
        self.samples.append(
            {
                "resident": int(fields["VmRSS"].split()[0]) << 10,
                "direct": self._direct(),
                "descriptors": len(os.listdir("/proc/%d/fd" % self.pid)),
                "threads": int(fields["Threads"]),
            }
        )

    def _direct(self):
        done = self._ask()
        for program in sum(json.loads(done.stdout).values(), []):
            if program["pid"] == self.pid:
                return program["direct_memory"]
        raise RuntimeError("no status of process %d" % self.pid)

    def _ask(self):
        """Retries, because on a busy machine the process may not answer before the timeout."""
        for _ in range(PATIENCE):
            done = subprocess.run(self.status, stdout=subprocess.PIPE, timeout=60)
            if done.returncode == 0:
                return done
        raise RuntimeError("no answer after %d attempts: %s" % (PATIENCE, " ".join(self.status)))

    def growth(self):
        """Growth from the first to the last third of the samples, by medians; empty if there are few."""
        third = len(self.samples) // 3
        if third == 0:
            return {}
        rows = {}
        for what in ALLOWED:
            first = statistics.median(one[what] for one in self.samples[:third])
            last = statistics.median(one[what] for one in self.samples[-third:])
            most = max(one[what] for one in self.samples)
            rows[what] = (first, last, most, last - first <= ALLOWED[what])
        return rows

    def print(self):
        """Prints the table of the process; returns whether nothing grew."""
        rows = self.growth()
        for what, (first, last, most, good) in rows.items():
            cells = [_show(what, figure) for figure in (first, last, most)]
            print("%-16s %-12s %10s %10s %10s  %s" % (self.name, what, *cells, "" if good else "GROWN"))
        return bool(rows) and all(row[3] for row in rows.values())


def _show(what, figure):
    return "%.1f MiB" % (figure / (1 << 20)) if what in ("resident", "direct") else "%d" % figure
