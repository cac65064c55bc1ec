# Ceph's one storage daemon, on a sparse file in memory.
data=/srv/ceph-osd

prepare() {
  local uuid
  uuid=$(cat /proc/sys/kernel/random/uuid)
  mkdir -p "$data"
  ceph-authtool --create-keyring "$data/keyring" --gen-key -n osd.0 \
    --cap mon 'allow profile osd' --cap mgr 'allow profile osd' --cap osd 'allow *'
  printf '{"cephx_secret": "%s"}' "$(ceph-authtool -p -n osd.0 "$data/keyring")" |
    ceph osd new "$uuid" -i -
  ceph-osd --mkfs -i 0 --osd-uuid "$uuid" --osd-data "$data" --keyring "$data/keyring"
}

run() { exec ceph-osd -f -i 0 --osd-data "$data" --keyring "$data/keyring"; }
# "1 up" alone may be what the monitor still believes of an OSD that was killed.
ready() { ceph --connect-timeout 5 osd stat | grep -q '1 up' && timeout 5 ceph tell osd.0 version; }
