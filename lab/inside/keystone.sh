# Keystone: fernet tokens, an administrator, its own endpoints. People and projects are made over HTTP
# by lab/catalogue.ts.
url=http://127.0.0.1:$KEYSTONE_PORT/v3

# Two keys, as fernet_setup writes them (0 the next, 1 the current): a key is 32 bytes in URL-safe base64.
fernet_keys() {
  install -d -m 0700 "$1"
  for index in 0 1; do
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' > "$1/$index"
    chmod 0600 "$1/$index"
  done
}

# Keystone 29 and later ship a module in the place of the file.
application() {
  if [ -e /usr/bin/keystone-wsgi-public ]; then echo 'wsgi-file = /usr/bin/keystone-wsgi-public'
  else echo 'module = keystone.wsgi.api:application'; fi
}

prepare() {
  cat > /etc/keystone/keystone.conf <<END
[DEFAULT]
log_dir =
use_stderr = true
[database]
connection = postgresql+psycopg2://postgres@127.0.0.1:$POSTGRESQL_PORT/keystone
[token]
provider = fernet
expiration = $TOKEN_SECONDS
[fernet_tokens]
key_repository = /etc/keystone/fernet-keys/
[credential]
key_repository = /etc/keystone/credential-keys/
END
  fernet_keys /etc/keystone/fernet-keys
  fernet_keys /etc/keystone/credential-keys
  keystone-manage db_sync
  OS_BOOTSTRAP_PASSWORD=$ADMIN_PASSWORD keystone-manage bootstrap --bootstrap-region-id RegionOne \
    --bootstrap-admin-url "$url" --bootstrap-internal-url "$url" --bootstrap-public-url "$url"
  # `Connection: close`: uwsgi's router drops kept connections, which clients meet as a reset.
  cat > /run/lab/keystone.ini <<END
[uwsgi]
plugins = python3,http
http = 127.0.0.1:$KEYSTONE_PORT
$(application)
add-header = Connection: close
master = true
processes = 2
lazy-apps = true
die-on-term = true
buffer-size = 65535
END
}

run() { exec uwsgi --ini /run/lab/keystone.ini; }
ready() { curl -fsS -m 5 -o /dev/null "$url"; }
