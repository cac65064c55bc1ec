# gnocchi-metricd turns measures into aggregates; it is ready once its processing worker runs.
. /run/lab/scripts/gnocchi-common.sh
run() { exec gnocchi-metricd --config-file /etc/gnocchi/gnocchi.conf; }
ready() { pgrep -f 'metricd.*processing' -g "$(pid metricd)"; }
