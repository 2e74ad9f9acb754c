"""What is measured, and the run of fio that measures it."""

import json
import subprocess

# name: (what fio does, block size, depth)
JOBS = {
    "randread-4k-1": ("randread", "4k", 1),
    "randwrite-4k-1": ("randwrite", "4k", 1),
    "randread-4k-32": ("randread", "4k", 32),
    "randwrite-4k-32": ("randwrite", "4k", 32),
    "read-128k-16": ("read", "128k", 16),
    "write-128k-16": ("write", "128k", 16),
}


def writes(job):
    """Whether a job changes the file."""
    return "write" in JOBS[job][0]


def unit(job):
    """What a job's figure counts."""
    return "MB/s" if "128k" in job else "IOPS"


def run(job, uri, size, seconds, ramp):
    """Runs a job; returns its figure and its latencies in microseconds."""
    what, block, depth = JOBS[job]
    command = [
        "fio",
        "--name=" + job,
        "--ioengine=nbd",
        "--uri=" + uri,
        "--rw=" + what,
        "--bs=" + block,
        "--iodepth=%d" % depth,
        "--size=%d" % size,
        "--norandommap",
        "--randrepeat=0",
        "--time_based",
        "--runtime=%g" % seconds,
        "--ramp_time=%g" % ramp,
        "--output-format=json",
    ]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + ramp + 60
    )
    if done.returncode != 0:
        raise RuntimeError("%s\n%s%s" % (" ".join(command), done.stdout, done.stderr))
    # fio prints a line or two before its JSON.
    report = json.loads(done.stdout[done.stdout.index("{") :])
    side = report["jobs"][0]["write" if writes(job) else "read"]
    percentiles = side["clat_ns"]["percentile"]
    return {
        "figure": side["bw_bytes"] / 1e6 if unit(job) == "MB/s" else side["iops"],
        "requests": side["total_ios"],
        "p50_us": percentiles["50.000000"] / 1000,
        "p99_us": percentiles["99.000000"] / 1000,
    }
