# What Gnocchi's three servers share: settings, storage, the schema and the default archive policies.
ceph_storage() {
  ceph osd pool create gnocchi 8 8 replicated
  ceph auth get-or-create client.gnocchi mon 'allow r' osd 'allow rwx pool=gnocchi' \
    -o /etc/ceph/ceph.client.gnocchi.keyring
  cat <<END >> /run/lab/gnocchi-storage
driver = ceph
ceph_pool = gnocchi
ceph_username = gnocchi
ceph_keyring = /etc/ceph/ceph.client.gnocchi.keyring
ceph_conffile = /etc/ceph/ceph.conf
END
}

file_storage() {
  printf 'driver = file\nfile_basepath = /srv/gnocchi\n' > /run/lab/gnocchi-storage
}

# settings MODE : the same indexer and storage for both ways to log in.
settings() {
  cat <<END
[DEFAULT]
coordination_url = file:///srv/gnocchi/coordination
[api]
auth_mode = $1
paste_config = /etc/gnocchi/api-paste.ini
[indexer]
url = postgresql://postgres@127.0.0.1:$POSTGRESQL_PORT/gnocchi
[storage]
$(cat /run/lab/gnocchi-storage)
[metricd]
workers = 1
metric_processing_delay = 1
[keystone_authtoken]
auth_type = password
auth_url = http://127.0.0.1:$KEYSTONE_PORT/v3
www_authenticate_uri = http://127.0.0.1:$KEYSTONE_PORT/v3
username = gnocchi
password = $GNOCCHI_PASSWORD
project_name = service
user_domain_id = default
project_domain_id = default
region_name = RegionOne
END
}

prepare() {
  mkdir -p /srv/gnocchi/coordination
  "${STORAGE}_storage"
  settings keystone > /etc/gnocchi/gnocchi.conf
  settings basic > /etc/gnocchi/gnocchi-basic.conf
  # Debian 13 would make 32768 sacks: metricd then needs 8 s and a core to look at each of them once.
  gnocchi-upgrade --config-file /etc/gnocchi/gnocchi.conf --sacks-number 128
}
