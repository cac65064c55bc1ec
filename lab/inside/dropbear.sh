# A sixth host with another SSH server, and no SFTP: the accounts are sshd's.
prepare() {
  # Dropbear would run this program for SFTP; OpenSSH does without (internal-sftp).
  mount --bind /dev/null /usr/lib/openssh/sftp-server
  mkdir -p /etc/dropbear
  dropbearconvert openssh dropbear /etc/ssh/ssh_host_ed25519_key /etc/dropbear/dropbear_ed25519_host_key
}

run() {
  local ports=(-p "$DROPBEAR_HOST:$SSH_PORT")
  if [ "$SSH_PORT_22" = yes ]; then ports+=(-p "$DROPBEAR_HOST:22"); fi
  exec /usr/sbin/dropbear -F -E -R -P /run/lab/dropbear-own.pid "${ports[@]}"
}

ready() { banner "$DROPBEAR_HOST" "$SSH_PORT" | grep -q '^SSH-2.0-dropbear'; }
sessions() { pgrep -x dropbear | grep -vx "$(pid dropbear || echo none)" | xargs -r kill -KILL; }
