#!/usr/bin/env bash
# Gives tests the servers they need, and takes them away again.
#
#   scripts/testenv.sh install       get what is missing: Debian packages, only when run as root, never through sudo
#   scripts/testenv.sh run CMD…      install, start throw-away servers, run CMD, stop and delete them; CMD's exit code
#
# What CMD finds in its environment:
#   KOPIR_TEST_POSTGRES_URL   a superuser's URL of an empty Postgres on a free loopback port. One that is already set is
#                             used as it is, and nothing is installed or started. Unset where no Postgres could be had:
#                             tests that need it then skip.
#
# What steers this script:
#   CI=true, TESTENV_REQUIRE=1   a server that cannot be had is a failure, and CMD is not run
#   TESTENV_DURABLE=1            fsync and synchronous_commit on, as in production: for tests that kill the server. By
#                                default both are off, which is faster
#   PG_BIN                       the folder of initdb and pg_ctl. Defaults to that of the initdb in PATH, or else the
#                                newest Debian package
#   TMPDIR                       where the throw-away data lives
#
# CMD gets a process group of its own, so that INT, TERM and HUP reach all of it; it cannot read from a terminal.
set -euo pipefail

# Every server has a section below with four functions: NAME_given (does the environment name one already?), NAME_install,
# NAME_start and NAME_stop. Each says why when it returns a fault.
SERVERS=(postgres)

work=        # the folder of all throw-away data, deleted at the end
command_pid= # CMD, which leads its process group
signal=      # the one that told us to stop

log() { printf 'testenv: %s\n' "$*" >&2; }

fail() {
  log "$*"
  exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

required() { [ "${CI:-}" = true ] || [ "${TESTENV_REQUIRE:-}" = 1 ]; }

# quietly runs a command to its end, in a folder that everybody may enter, and shows what it printed only if it failed.
# A signal takes effect afterwards (hence the session of its own): half an installation, or half a start, would leave
# things that nobody clears away.
quietly() {
  local out
  out=$(trap '' INT TERM HUP && cd "$work" && setsid --wait "$@" 2>&1 </dev/null) && return 0
  printf '%s\n' "$out" | tail -n 30 >&2
  return 1
}

# free_port prints a port that nobody listens on, from below the range that systems hand out for outgoing connections.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# --- Debian packages -------------------------------------------------------------------------------------------------

can_install() { is_root && command -v apt-get >/dev/null; }

apt_install() {
  quietly env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
}

# --- Postgres --------------------------------------------------------------------------------------------------------

postgres_data= # set once a cluster exists

postgres_given() { [ -n "${KOPIR_TEST_POSTGRES_URL:-}" ]; }

# postgres_bin prints the folder of the server's programs, or nothing.
postgres_bin() {
  local folder initdb
  initdb=$(command -v initdb || true)
  local folders=("${initdb:+$(dirname "$(readlink -f "$initdb")")}")
  mapfile -t -O 1 folders < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV)
  [ -z "${PG_BIN:-}" ] || folders=("$PG_BIN")
  for folder in "${folders[@]}"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return 0
    fi
  done
}

postgres_install() {
  [ -z "$(postgres_bin)" ] || return 0
  if [ -n "${PG_BIN:-}" ]; then
    log "postgres: initdb, pg_ctl and postgres are not in PG_BIN=$PG_BIN"
    return 1
  fi
  if ! can_install; then
    log "postgres: not found, and only root can install the Debian package postgresql; set PG_BIN or KOPIR_TEST_POSTGRES_URL"
    return 1
  fi
  log "postgres: not found, installing the Debian package postgresql"
  if ! quietly apt-get -q update || ! apt_install postgresql-common || ! postgres_install_server; then
    log "postgres: the package could not be installed"
    return 1
  fi
}

# postgres_install_server installs the server without the cluster that the package would create and start on port 5432.
# Afterwards the package's settings are as they were.
postgres_install_server() (
  trap '' INT TERM HUP
  conf=/etc/postgresql-common/createcluster.conf status=0
  cp -p "$conf" "$conf.testenv" && echo 'create_main_cluster = false' >>"$conf" || exit
  apt_install postgresql || status=$?
  mv "$conf.testenv" "$conf"
  exit "$status"
)

# What stands before a command so that it is run by somebody whom the server accepts: it refuses root.
as_postgres=()
! is_root || as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups --)

postgres_start() {
  local bin password port attempt
  bin=$(postgres_bin)
  [ -n "$bin" ] || return 1
  mkdir "$work/postgres"
  if is_root; then
    chown postgres "$work/postgres" || return 1
    if ! "${as_postgres[@]}" test -w "$work/postgres"; then
      log "postgres: its user cannot reach $work; set TMPDIR"
      return 1
    fi
  fi
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  if ! postgres_create "$bin" "$password"; then
    log "postgres: initdb failed"
    return 1
  fi
  for attempt in 1 2 3 4 5; do
    port=$(free_port)
    if postgres_ctl "$bin" -o "-p $port" -l "$work/postgres/log" start; then
      export KOPIR_TEST_POSTGRES_URL="postgres://postgres:$password@127.0.0.1:$port/postgres?sslmode=disable"
      log "postgres: $("$bin/postgres" --version | cut -d' ' -f3-), port $port, $(postgres_durability)"
      return 0
    fi
  done
  log "postgres: did not start in $attempt attempts:"
  tail -n 20 "$work/postgres/log" >&2
  return 1
}

# postgres_create makes the cluster. Its password keeps other users of the machine out; md5 because every test connects
# anew, and scram hashes 4,096 times to do so.
postgres_create() {
  local bin=$1 password=$2 data=$work/postgres/data
  (umask 077 && "${as_postgres[@]}" tee "$work/postgres/password" <<<"$password" >/dev/null) || return 1
  quietly "${as_postgres[@]}" "$bin/initdb" --pgdata="$data" --username=postgres --pwfile="$work/postgres/password" --auth=md5 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync || return 1
  postgres_settings | "${as_postgres[@]}" tee -a "$data/postgresql.conf" >/dev/null || return 1
  postgres_data=$data
}

postgres_settings() {
  echo "listen_addresses = '127.0.0.1'"
  echo "unix_socket_directories = ''"
  echo "max_connections = 200"
  echo "shared_buffers = 128MB"
  [ "${TESTENV_DURABLE:-}" = 1 ] || printf '%s = off\n' fsync synchronous_commit full_page_writes
}

postgres_durability() {
  if [ "${TESTENV_DURABLE:-}" = 1 ]; then echo "fsync on"; else echo "fsync off"; fi
}

postgres_ctl() {
  local bin=$1
  shift
  quietly "${as_postgres[@]}" "$bin/pg_ctl" --pgdata="$postgres_data" --wait --timeout=60 "$@"
}

postgres_stop() {
  [ -n "$postgres_data" ] && [ -e "$postgres_data/postmaster.pid" ] || return 0
  postgres_ctl "$(postgres_bin)" --mode=immediate stop
}

# --- What is run -----------------------------------------------------------------------------------------------------

install_servers() {
  local server missing=0
  for server in "${SERVERS[@]}"; do
    "${server}_given" || "${server}_install" || missing=1
  done
  return "$missing"
}

start_servers() {
  local server
  for server in "${SERVERS[@]}"; do
    if "${server}_given"; then
      log "$server: the one that the environment names"
    elif ! "${server}_install" || ! "${server}_start"; then
      stop_if_told
      ! required || fail "$server: REQUIRED here (CI=true or TESTENV_REQUIRE=1) and not to be had"
      log "$server: NOT TO BE HAD, SO THE TESTS THAT NEED IT ARE SKIPPED"
    fi
    stop_if_told
  done
}

clean_up() {
  local server
  trap '' INT TERM HUP
  for server in "${SERVERS[@]}"; do
    "${server}_stop" || log "$server: could not be stopped"
  done
  rm -rf "$work"
}

# told is all that happens when a signal comes: CMD hears of it at once, this script acts on it between two steps.
told() {
  signal=$1
  [ -z "$command_pid" ] || kill -s "$signal" -- "-$command_pid" 2>/dev/null || true
}

stop_if_told() {
  [ -n "$signal" ] || return 0
  log "stopping after SIG$signal"
  exit $((128 + $(kill -l "$signal")))
}

# run_command runs CMD in a process group of its own. After a signal it waits 10 s for all of the group to end.
run_command() {
  local status=0
  set -m
  "$@" <&0 &
  command_pid=$!
  set +m
  [ -z "$signal" ] || told "$signal" # it came just before there was a CMD to tell
  wait "$command_pid" || status=$?
  [ -n "$signal" ] || return "$status"
  for _ in {1..100}; do
    kill -0 -- "-$command_pid" 2>/dev/null || stop_if_told
    sleep 0.1
  done
  kill -s KILL -- "-$command_pid" 2>/dev/null || true
  stop_if_told
}

run() {
  [ $# -gt 0 ] || usage
  trap clean_up EXIT
  trap 'told HUP' HUP
  trap 'told INT' INT
  trap 'told TERM' TERM
  work=$(mktemp -d)
  chmod 755 "$work" # the server's user goes through it to a folder of its own
  start_servers
  run_command "$@"
}

usage() {
  echo "usage: $0 install | run CMD…" >&2
  exit 2
}

case "${1:-}" in
install)
  install_servers
  ;;
run)
  shift
  run "$@"
  ;;
*) usage ;;
esac
