# What Gnocchi's servers share when they run.
# Bookworm's Gnocchi needs the sitecustomize.py beside this file.
if [ "$SUITE" = bookworm ]; then export PYTHONPATH=/run/lab/scripts; fi

# uwsgi_settings PORT CONFIG PROCESSES : how both APIs are served.
uwsgi_settings() {
  cat <<END
[uwsgi]
plugins = python3,http
http = 127.0.0.1:$1
http-keepalive = 1
wsgi-file = /run/lab/scripts/gnocchi_wsgi.py
pyargv = --config-file /etc/gnocchi/$2
master = true
processes = $3
lazy-apps = true
die-on-term = true
buffer-size = 65535
END
}
