# Ceph's monitor: one, without a manager daemon, which Gnocchi does not need.
data=/srv/ceph-mon

prepare() {
  local fsid keyring=/etc/ceph/ceph.client.admin.keyring
  fsid=$(cat /proc/sys/kernel/random/uuid)
  install -d /etc/ceph /run/ceph
  cat > /etc/ceph/ceph.conf <<END
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$CEPH_MON_V2_PORT,v1:127.0.0.1:$CEPH_MON_V1_PORT]
mon_initial_members = lab
auth_allow_insecure_global_id_reclaim = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_crush_chooseleaf_type = 0
osd_pool_default_pg_autoscale_mode = off
log_to_file = false
log_to_stderr = true
err_to_stderr = true
mon_cluster_log_to_file = false

[osd]
osd_objectstore = bluestore
# A sparse file of 4 GiB in memory: it costs what is written to it.
bluestore_block_size = 4294967296
osd_memory_target = 939524096
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_port_min = $CEPH_OSD_FIRST_PORT
ms_bind_port_max = $((CEPH_OSD_FIRST_PORT + 99))
END
  ceph-authtool --create-keyring "$keyring" --gen-key -n client.admin \
    --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  ceph-authtool --create-keyring /run/lab/mon.keyring --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool /run/lab/mon.keyring --import-keyring "$keyring"
  monmaptool --create --fsid "$fsid" \
    --addv lab "[v2:127.0.0.1:$CEPH_MON_V2_PORT,v1:127.0.0.1:$CEPH_MON_V1_PORT]" /run/lab/monmap
  mkdir -p "$data"
  ceph-mon --mkfs -i lab --monmap /run/lab/monmap --keyring /run/lab/mon.keyring --mon-data "$data"
}

run() { exec ceph-mon -f -i lab --mon-data "$data"; }
ready() { ceph --connect-timeout 5 mon stat; }
