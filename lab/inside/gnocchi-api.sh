# Gnocchi's API for people with a Keystone token: two processes.
. /run/lab/scripts/gnocchi-common.sh
prepare() { uwsgi_settings "$GNOCCHI_PORT" gnocchi.conf 2 > /run/lab/gnocchi-api.ini; }
run() { exec uwsgi --ini /run/lab/gnocchi-api.ini; }
ready() { curl -fsS -m 5 -o /dev/null "http://127.0.0.1:$GNOCCHI_PORT/"; }
