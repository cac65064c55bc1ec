#!/bin/bash
# Process 1: says that the file system is ready, then only buries orphans (bash reaps them while it
# waits). When it is killed, the kernel ends every process of the lab.
set -u
echo '127.0.0.1 localhost lab' > /etc/hosts
touch /run/lab/ready
while :; do sleep infinity & wait "$!"; done
