"""One sweep with paramiko: one host after another, `cat /proc/meminfo` by exec, on connections that are kept open."""

import json
import sys
import time

import paramiko


def memory_in_use(text):
    fields = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in text.splitlines())}
    return (fields["MemTotal"] - fields["MemAvailable"]) / fields["MemTotal"] * 100


clients = []
for host in json.loads(sys.argv[1]):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        host["ip"], host["port"], host["user"], host["password"], look_for_keys=False, allow_agent=False
    )
    clients.append(client)

print("ready", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    for client in clients:
        _, stdout, _ = client.exec_command("cat /proc/meminfo")
        memory_in_use(stdout.read().decode())
    print((time.perf_counter() - started) * 1000, flush=True)
