#!/bin/bash
# service.sh up|start|stop|run|status NAME… : NAME.sh beside this file defines, as functions,
#   prepare  what is done once, before the first start     run    the server in the foreground (exec)
#   ready    succeeds when the server answers              sessions  ends what outlives the listener
# and may set stop_signal.
# A server leads its own process group, so that stopping it stops its workers.
set -euo pipefail
cd /
here=/run/lab/scripts log=/run/lab/log
set -a; . /run/lab/env; set +a

stop_signal=TERM

pid() { cat "/run/lab/$1.pid" 2>/dev/null; }
# The process itself too: for a moment after its start it does not lead a group yet.
alive() { local p; p=$(pid "$1") && { kill -0 -- "-$p" || kill -0 "$p"; } 2>/dev/null; }
prepare() { :; }
ready() { :; }
sessions() { :; }

# banner HOST PORT : the line an SSH server sends first.
banner() { timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1" && head -n 1 <&3' "$1" "$2" 2>/dev/null; }

start() {
  local name=$1 deadline=$((SECONDS + ${LIMIT_SECONDS:-60}))
  if alive "$name"; then return; fi
  setsid bash "$here/service.sh" run "$name" >>"$log/$name.log" 2>&1 </dev/null &
  echo "$!" > "/run/lab/$name.pid"
  until ready >/dev/null 2>&1; do
    alive "$name" || { echo "$name ended while it was starting" >&2; return 1; }
    ((SECONDS < deadline)) || { echo "$name was not ready in ${LIMIT_SECONDS:-60} s" >&2; return 1; }
    sleep 0.1
  done
}

stop() {
  local name=$1 deadline=$((SECONDS + 10)) p
  p=$(pid "$name") || return 0
  kill -s "$stop_signal" "$p" 2>/dev/null || true
  while alive "$name"; do
    ((SECONDS < deadline)) || kill -KILL -- "-$p" 2>/dev/null || true
    sleep 0.05
  done
  rm -f "/run/lab/$name.pid"
}

action=$1 name=${2:-}
if [ "$action" = status ]; then
  shift
  for name; do
    if alive "$name"; then echo "$name up $(pid "$name")"; else echo "$name down"; fi
  done
  exit
fi

. "$here/$name.sh"
case $action in
  up) prepare </dev/null >>"$log/$name.log" 2>&1; if declare -F run >/dev/null; then start "$name"; fi ;;
  start) start "$name" ;;
  stop) stop "$name" ;;
  sessions) sessions ;;
  run) run ;;
esac
