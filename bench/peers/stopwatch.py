"""The whole time of a process, from its start to its end: the counterpart of ours/stopwatch.ts, inside the lab."""

import subprocess
import sys
import time

print("ready", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    print((time.perf_counter() - started) * 1000, flush=True)
