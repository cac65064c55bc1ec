"""Runs a program to its end: milliseconds, CPU seconds and the most memory, in MB, on one line."""

import json
import resource
import subprocess
import sys
import time

started = time.perf_counter()
with open("/dev/null", "w") as nowhere:
    subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=nowhere, check=True)
elapsed = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "milliseconds": elapsed * 1000,
    "cpuSeconds": used.ru_utime + used.ru_stime,
    "peakMegabytes": used.ru_maxrss / 1024,
}))
