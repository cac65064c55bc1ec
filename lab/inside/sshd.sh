# Five hosts to sample: one OpenSSH server on five addresses, five accounts with different ways in.
# hash: sha512 with the fewest rounds, since a login is not what is measured here.
hash() { LAB_PASSWORD=$1 perl -e 'print crypt($ENV{LAB_PASSWORD}, q($6$rounds=1000$gnocchictl$))'; }

# account NAME SHELL [PASSWORD] : with the three keys, unless it has a password and a shell.
account() {
  id "$1" >/dev/null 2>&1 || useradd --create-home --shell "$2" "$1"
  echo "$1:$(if [ -n "${3:-}" ]; then hash "$3"; else echo '*'; fi)" | chpasswd -e
}

authorize() {
  install -d -m 0700 -o "$1" -g "$1" "/home/$1/.ssh"
  install -m 0600 -o "$1" -g "$1" /run/lab/keys/authorized_keys "/home/$1/.ssh/authorized_keys"
}

prepare() {
  local keys=/run/lab/keys
  ssh-keygen -q -t ed25519 -N '' -C keyed -f "$keys/id_ed25519"
  ssh-keygen -q -t ed25519 -N "$KEY_PASSPHRASE" -C encrypted -f "$keys/id_ed25519_encrypted"
  ssh-keygen -q -t rsa -N '' -C rsa -f "$keys/id_rsa"
  cat "$keys"/id_*.pub > "$keys/authorized_keys"
  # Those of the cached filesystem: a host has the same key after each start, as a real one has.
  ssh-keygen -A
  cp /etc/ssh/ssh_host_*.pub "$keys/"

  account root /bin/bash "$ROOT_PASSWORD"
  account reader /bin/bash "$READER_PASSWORD"
  account keyed /bin/bash
  account sftponly /bin/bash "$SFTPONLY_PASSWORD"
  account noshell /usr/sbin/nologin "$NOSHELL_PASSWORD"
  authorize keyed
  authorize sftponly
  authorize noshell

  mkdir -p /run/sshd
  {
    for host in $SSH_HOSTS; do
      echo "ListenAddress $host:$SSH_PORT"
      if [ "$SSH_PORT_22" = yes ]; then echo "ListenAddress $host:22"; fi
    done
    cat <<END
PidFile none
UsePAM no
UseDNS no
StrictModes no
PermitRootLogin yes
PasswordAuthentication yes
PrintMotd no
PrintLastLog no
MaxStartups 1000
MaxSessions 100
PerSourceMaxStartups none
LogLevel VERBOSE
Subsystem sftp internal-sftp
END
    # Since OpenSSH 9.8 an address that fails to log in is shut out for a while.
    if [ "$SUITE" != bookworm ]; then echo 'PerSourcePenalties no'; fi
    printf 'Match User sftponly\n  ForceCommand internal-sftp\n'
  } > /etc/ssh/sshd_config
}

run() { exec /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config; }
ready() { for host in $SSH_HOSTS; do banner "$host" "$SSH_PORT" | grep -q '^SSH-2.0-OpenSSH' || return 1; done; }

# A session is its own process group: it outlives the listener. What it runs goes with it.
sessions() {
  local sshds
  sshds=$(pgrep '^sshd' | grep -vx "$(pid sshd || echo none)" | paste -sd,) || return 0
  { pgrep -P "$sshds" || true; tr , '\n' <<< "$sshds"; } | sort -u | xargs kill -KILL 2>/dev/null || true
}
