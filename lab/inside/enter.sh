#!/bin/bash
# Runs on the host side of the new mount namespace: builds the lab's root filesystem over the cached
# one, which stays as it was, and becomes the lab's process 1. Everything written goes to memory.
set -euo pipefail
rootfs=$1 state=$2 tag=$3 scripts=$4
cow=$state/cow root=$state/root

mount -t tmpfs -o mode=0755,size=75% "$tag" "$cow"
mkdir "$cow"/{upper,work,srv}
if ! mount -t overlay -o "lowerdir=$rootfs,upperdir=$cow/upper,workdir=$cow/work" overlay "$root"; then
  echo 'no overlay file system here: copying the folders that are written to'
  mount --bind "$rootfs" "$root"
  mount -o remount,bind,ro "$root"
  for folder in etc home root srv tmp var; do
    mkdir "$cow/$folder.copy"
    cp -a "$rootfs/$folder/." "$cow/$folder.copy"
    mount --bind "$cow/$folder.copy" "$root/$folder"
  done
fi

# Data of the servers skips the overlay; /run carries the tag by which the lab's processes are found.
mount --bind "$cow/srv" "$root/srv"
mount -t tmpfs -o mode=0755 "$tag" "$root/run"
mount -t tmpfs -o mode=1777 lab-tmp "$root/tmp"
mkdir -p "$root"/run/lab/{scripts,log,keys}
cp "$scripts"/* "$root/run/lab/scripts/"
install -m 0600 "$state/lab.env" "$root/run/lab/env"
mount --bind "$state/log" "$root/run/lab/log"
mount --bind "$state/keys" "$root/run/lab/keys"

mount -t proc proc "$root/proc"
mount --bind /sys "$root/sys"
mount -o remount,bind,ro "$root/sys"
# Not the host's /dev/shm and /dev/pts: what a killed server leaves there must go with the lab.
mount --bind /dev "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 lab-shm "$root/dev/shm"

exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
  chroot "$root" /bin/bash /run/lab/scripts/init.sh
