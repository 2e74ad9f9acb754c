"""The jobs, and how fio runs and measures them."""

import json
import os
import signal
import subprocess

# How long fio may take beyond its runtime: a peer that answers 11 requests a second needs some time to
# drain a full queue.
GRACE_SECONDS = 30

# name: (fio's rw mode, block size, queue depth)
JOBS = {
    "randread-4k-1": ("randread", "4k", 1),
    "randwrite-4k-1": ("randwrite", "4k", 1),
    "randread-4k-32": ("randread", "4k", 32),
    "randwrite-4k-32": ("randwrite", "4k", 32),
    "read-128k-16": ("read", "128k", 16),
    "write-128k-16": ("write", "128k", 16),
}


def writes(job):
    """Whether a job modifies the file."""
    return "write" in JOBS[job][0]


def unit(job):
    """The unit of a job's figure."""
    return "MB/s" if "128k" in job else "IOPS"


class Stalled(RuntimeError):
    """fio did not finish in time: requests went unanswered."""


def run(job, chain, size, seconds, ramp, connections=1):
    """Runs a job; returns its figure, and its latencies and CPU time in microseconds.

    The queue depth is shared by all connections, at least one request on each. The CPU time is that of
    the chain's processes per request. Raises Stalled if fio has to be killed.
    """
    what, block, depth = JOBS[job]
    command = [
        "fio",
        "--name=" + job,
        "--ioengine=nbd",
        "--uri=" + chain.uri,
        "--rw=" + what,
        "--bs=" + block,
        "--iodepth=%d" % max(1, depth // connections),
        "--numjobs=%d" % connections,
        "--group_reporting",
        "--size=%d" % (size // connections),
        "--offset_increment=%d" % (size // connections),
        "--norandommap",
        "--randrepeat=0",
        "--time_based",
        # fio truncates to whole seconds, and a runtime of 0 means until everything is read.
        "--runtime=%dms" % max(1, seconds * 1000),
        "--ramp_time=%dms" % (ramp * 1000),
        "--output-format=json",
        "--thread",  # a forked job leaves for a session of its own, and would outlive a kill
    ]
    before = chain.processor_seconds()
    # fio prints a line or two before its JSON.
    out = _output(command, seconds + ramp + GRACE_SECONDS)
    used = (chain.processor_seconds() - before) * seconds / (seconds + ramp)
    report = json.loads(out[out.index("{") :])
    side = report["jobs"][0]["write" if writes(job) else "read"]
    percentiles = side["clat_ns"].get("percentile", {})  # none if no request ended
    return {
        "figure": side["bw_bytes"] / 1e6 if unit(job) == "MB/s" else side["iops"],
        "requests": side["total_ios"],
        "p50_us": percentiles.get("50.000000", 0) / 1000,
        "p99_us": percentiles.get("99.000000", 0) / 1000,
        "cpu_us": used * 1e6 / max(1, side["total_ios"]),
    }


def _output(command, seconds):
    """Runs a program and kills its children when it ends; returns its output."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Stalled("no end after %.0f s: %s" % (seconds, " ".join(command)))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        raise RuntimeError("%s\n%s%s" % (" ".join(command), out, errors))
    return out
