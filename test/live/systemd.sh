#!/bin/sh
# A machine that runs systemd and, under it, gnocchictl-produce.service: this machine's files with those of $1 over them, all
# of it in memory and in namespaces of its own, but for the network.
#   unshare --mount --pid --ipc --uts --cgroup --fork --kill-child systemd.sh FILES
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --rbind /dev dev
mount --rbind /sys sys
mount -t tmpfs tmpfs sys/fs/cgroup
mkdir sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
# Nothing of this machine's own is started.
rm -rf etc/systemd/system/*.wants
for unit in systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-sysusers systemd-udevd systemd-udev-trigger \
  systemd-modules-load systemd-sysctl systemd-random-seed systemd-binfmt systemd-journal-flush systemd-update-utmp; do
  ln -sf /dev/null "etc/systemd/system/$unit.service"
done
cp -r "$1/." .
mkdir -p mnt/old
pivot_root . mnt/old
# Credentials are mounted elsewhere and must be seen here.
mount --make-rshared /
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=gnocchictl-produce.service
