# The same API with auth_mode = basic: a user name and no password.
. /run/lab/scripts/gnocchi-common.sh
prepare() { uwsgi_settings "$GNOCCHI_BASIC_PORT" gnocchi-basic.conf 1 > /run/lab/gnocchi-basic.ini; }
run() { exec uwsgi --ini /run/lab/gnocchi-basic.ini; }
ready() { curl -fsS -m 5 -o /dev/null "http://127.0.0.1:$GNOCCHI_BASIC_PORT/"; }
