#!/usr/bin/env bash
# Proves what stands in Dockerfile, compose.yaml, deploy/ and docs/operations.md on the real thing, without containers: the
# program built by the Dockerfile's own line and run in an empty root, real nginx before two real replicas, real backups.
# Every check prints a line; the last one counts them. Everything is thrown away at the end.
#
#   scripts/testenv.sh run scripts/test-deploy.sh     which is what `make test-deploy` does
#
# What it finds in its environment:
#   KOPIR_TEST_POSTGRES_URL   a superuser's URL of a Postgres; databases are made in it and dropped. Must be there
#   KOPIR_TEST_MEILI_URL, KOPIR_TEST_MEILI_KEY   a Meilisearch, only ever asked. Without it that part is skipped
#   PG_BIN                    the folder of psql, pg_dump and pg_restore. Defaults to the newest Debian package's
#   TMPDIR                    where the throw-away data lives
#
# What it cannot do it skips loudly; with CI=true that is a failure. As root it gets Debian's nginx if there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0 failed=0
work=$(mktemp -d)
chmod 755 "$work" # the program's user and nginx's go through it
root=$work/root
empty_root=no     # whether the program runs in it, as nobody in particular
declare -A pids=() ports=()
databases=() loaders=()

log() { printf 'deploy: %s\n' "$*"; }

die() {
  log "$*" >&2
  exit 1
}

pass() { passed=$((passed + 1)) && printf 'ok    %s\n' "$*"; }

fault() { failed=$((failed + 1)) && printf 'FAIL  %s\n' "$*"; }

# check WHAT CMD… runs a command quietly, in this shell, and shows what it printed only if it failed.
check() {
  local what=$1
  shift
  if "$@" >"$work/said" 2>&1; then pass "$what"; else fault "$what" && cut -c -500 "$work/said" | tail -n 20; fi
}

# same WHAT EXPECTED ACTUAL
same() { if [ "$2" = "$3" ]; then pass "$1"; else fault "$1: expected $2, got $3"; fi; }

skip() {
  if [ "${CI:-}" = true ]; then
    fault "$* (REQUIRED here: CI=true)"
  else
    printf 'SKIP  ******** %s ********\n' "$*"
  fi
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# --- Clearing away ---------------------------------------------------------------------------------------------------

stop_loaders() {
  touch "$work/stop-load"
  [ ${#loaders[@]} -eq 0 ] || wait "${loaders[@]}" || true
  loaders=()
}

clean_up() {
  local name
  trap '' INT TERM HUP
  stop_loaders
  for name in "${!pids[@]}"; do
    kill -KILL "${pids[$name]}" 2>/dev/null || true
    wait "${pids[$name]}" 2>/dev/null || true
  done
  for name in "${databases[@]}"; do sql postgres "DROP DATABASE IF EXISTS $name WITH (FORCE)" || true; done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# --- Tools -----------------------------------------------------------------------------------------------------------

# free_port prints a port that nobody listens on, from below the range that systems hand out for outgoing connections.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# until_true SECONDS CMD… repeats a command until it succeeds.
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# status prints the status that a request is answered with: curl's arguments.
status() { curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$@" || true; }

# database_url prints the URL of another database of the server.
database_url() {
  local pattern='^(postgres(ql)?://[^/?]+)(/[^?]*)?(\?.*)?$'
  [[ $KOPIR_TEST_POSTGRES_URL =~ $pattern ]] || die "KOPIR_TEST_POSTGRES_URL is not an address of Postgres"
  echo "${BASH_REMATCH[1]}/$1${BASH_REMATCH[4]}"
}

sql() { "$pg_bin/psql" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$2" "$(database_url "$1")"; }

make_database() {
  sql postgres "CREATE DATABASE $1 TEMPLATE template0 ENCODING 'UTF8'"
  databases+=("$1")
}

# pg_tools sets the folder of the newest programs: they work with any older server.
pg_tools() {
  local folder
  for folder in ${PG_BIN:+"$PG_BIN"} $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v psql || echo /none/psql)")"; do
    if [ -x "$folder/psql" ] && [ -x "$folder/pg_dump" ] && [ -x "$folder/pg_restore" ]; then
      pg_bin=$folder
      return 0
    fi
  done
  return 1
}

# get_nginx finds nginx, or installs it as root, without the service that the package would start.
get_nginx() {
  local policy=/usr/sbin/policy-rc.d made=no status=0
  PATH=$PATH:/usr/sbin
  ! command -v nginx >/dev/null || return 0
  is_root && command -v apt-get >/dev/null || return 1
  log "nginx: not found, installing the Debian package nginx"
  (
    trap '' INT TERM HUP
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=yes; }
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -q update && apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends nginx; } >"$work/apt" 2>&1 || status=$?
    [ $made = no ] || rm -f $policy
    exit $status
  ) || tail -n 20 "$work/apt"
  command -v nginx >/dev/null
}

# --- The program -----------------------------------------------------------------------------------------------------

# kopir runs the program with an environment of its own, in the empty root where that can be had. It takes the place of
# the shell that runs it: use it in a subshell.
#   kopir DATABASE DATA_FOLDER PORT SETTING=… -- ARGUMENTS…
kopir() {
  local database=$1 data=$2 port=$3
  shift 3
  local settings=(
    KOPIR_DATABASE_URL="$(database_url "$database")" KOPIR_SECRET=a-secret-for-tests-of-32-characters KOPIR_DATA_DIR="$data"
    KOPIR_PUBLIC_URL=http://127.0.0.1 KOPIR_ADDR="127.0.0.1:$port" KOPIR_TRUSTED_PROXIES="127.0.0.1/32,127.0.0.3/32" KOPIR_LOG_FORMAT=json
  )
  while [ "$1" != -- ]; do settings+=("$1") && shift; done
  shift
  if [ $empty_root = yes ]; then
    exec env -i "${settings[@]}" "$(command -v chroot)" --userspec=10001:10001 --groups=10001 "$root" /kopir "$@"
  fi
  settings[2]=KOPIR_DATA_DIR=$root$data
  exec env -i "${settings[@]}" "$root/kopir" "$@"
}

# start NAME DATABASE SETTING=… starts a replica.
start() {
  local name=$1 database=$2
  shift 2
  (kopir "$database" "/data/$name" "${ports[$name]}" "$@" -- serve) >>"$work/$name.log" 2>&1 &
  pids[$name]=$!
}

ready() { until_true 60 curl -fs --max-time 5 "http://127.0.0.1:${ports[$1]}/readyz"; }

# stop NAME stops a replica as an operator does; its exit code.
stop() {
  local pid=${pids[$1]} status=0
  unset "pids[$1]"
  kill -TERM "$pid"
  wait "$pid" || status=$?
  return $status
}

# --- What is checked: the image --------------------------------------------------------------------------------------

build() {
  local line
  line=$(sed -n 's/^RUN \(CGO_ENABLED=0 go build .*\)$/\1/p' Dockerfile)
  [ "$(grep -c . <<<"$line")" -eq 1 ] || die "the Dockerfile has not exactly one line that builds"
  log "building as the Dockerfile does; the first time takes minutes"
  mkdir -p "$work/out"
  if bash -euc "${line//\/out\//$work/out/}" >"$work/build" 2>&1; then
    pass "the Dockerfile's own line builds the program"
  else
    cat "$work/build"
    die "the program cannot be built"
  fi
  same "the image is built by the Go of go.mod" "$(awk '$1 == "go" {print $2}' go.mod)" "$(sed -n 's/^FROM golang:\([0-9.]*\).*/\1/p' Dockerfile)"
}

# image makes of what was built a folder like the final image.
image() {
  mkdir -p "$root/data" "$root/tmp" "$root/etc/ssl/certs"
  mv "$work/out/kopir" "$root/kopir"
  [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  chmod 700 "$root/data" "$root/tmp"
  LC_ALL=C ldd "$root/kopir" >"$work/ldd" 2>&1 || true
  check "the binary is static: ldd finds nothing in it to load" grep -q 'not a dynamic executable' "$work/ldd"
  same "the image runs as a number, not as root" 10001:10001 "$(sed -n 's/^USER //p' Dockerfile)"
  same "the image is empty but for the program, certificates and two folders" 4 "$(sed '1,/^FROM scratch/d' Dockerfile | grep -cE '^(RUN|ADD|COPY)')"
  if ! is_root; then
    skip "an empty root: only root can chroot, so the program runs as it is"
  elif ! chroot --userspec=10001:10001 --groups=10001 "$root" /kopir --help >"$work/help" 2>&1; then
    skip "an empty root: chroot does not work here: $(head -n 1 "$work/help")"
  else
    chown 10001:10001 "$root/data" "$root/tmp"
    empty_root=yes
  fi
}

# nobody looks at a replica that is running: who it is, and what it sees.
nobody() {
  local pid=${pids[$1]}
  grep -qE '^Uid:\s+10001\s+10001\s+10001\s+10001$' "/proc/$pid/status" &&
    grep -qE '^Gid:\s+10001\s+10001\s+10001\s+10001$' "/proc/$pid/status" &&
    [ "$(readlink "/proc/$pid/root")" = "$root" ] && [ "$(readlink "/proc/$pid/exe")" = "$root/kopir" ]
}

# --- What is checked: compose.yaml -----------------------------------------------------------------------------------

compose() {
  local form=$work/compose-check/main.go
  sed 's/=$/=filled-in-for-the-check/' deploy/.env.example >"$work/env"
  if docker compose version >/dev/null 2>&1; then
    check "compose.yaml is valid: docker compose config" docker compose --env-file "$work/env" config -q
  else
    log "docker compose is not here: compose.yaml is read by the check below alone"
  fi
  mkdir -p "${form%/*}"
  compose_check >"$form"
  check "compose.yaml: its services, what is published, what is restarted, secrets, addresses" go run "$form"
}

# compose_check prints a program that names every fault of compose.yaml.
compose_check() {
  cat <<'GO'
package main

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

type service struct {
	Image, Restart          string
	User                    string
	Ports, Volumes, Command []string
	ReadOnly                bool     `yaml:"read_only"`
	CapDrop                 []string `yaml:"cap_drop"`
	StopGracePeriod         string   `yaml:"stop_grace_period"`
	Environment             map[string]string
	Healthcheck             *struct{ Test []string }
	DependsOn               any `yaml:"depends_on"`
	Networks                any
}

var faults int

func must(ok bool, format string, args ...any) {
	if !ok {
		faults++
		fmt.Printf(format+"\n", args...)
	}
}

func read(name string) string {
	text, err := os.ReadFile(name)
	must(err == nil, "%v", err)
	return string(text)
}

func (s service) address() string {
	inside, _ := s.Networks.(map[string]any)["inside"].(map[string]any)
	address, _ := inside["ipv4_address"].(string)
	return address
}

func main() {
	text, nginx := read("compose.yaml"), read("deploy/nginx.conf")
	var file struct {
		Services map[string]service
		Volumes  map[string]any
		Networks map[string]struct{ Internal bool }
	}
	must(yaml.Unmarshal([]byte(text), &file) == nil, "compose.yaml is no YAML")
	names := slices.Sorted(maps.Keys(file.Services))
	must(slices.Equal(names, []string{"kopir-1", "kopir-2", "meilisearch", "postgres", "proxy"}), "services: %v", names)
	for name, s := range file.Services {
		must((len(s.Ports) > 0) == (name == "proxy"), "%s publishes %v", name, s.Ports)
		must(s.Restart == "unless-stopped", "%s is not restarted", name)
		must(strings.Contains(s.Image, ":") && !strings.HasSuffix(s.Image, ":latest"), "%s: image %s has no version", name, s.Image)
		must(s.StopGracePeriod != "", "%s has no time to stop", name)
		must(s.Healthcheck != nil, "%s: health check", name)
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			_, known := file.Volumes[from]
			must(known || strings.HasPrefix(from, "./"), "%s: volume %s is not declared", name, from)
		}
	}
	one, two, proxy := file.Services["kopir-1"], file.Services["kopir-2"], file.Services["proxy"]
	must(reflect.DeepEqual(one.Environment, two.Environment), "the replicas have different settings")
	must(!slices.Equal(one.Volumes, two.Volumes), "the replicas share a folder")
	must(one.ReadOnly && slices.Equal(one.CapDrop, []string{"ALL"}), "a replica may write, or more")
	waits, _ := one.DependsOn.(map[string]any)
	must(reflect.DeepEqual(waits["postgres"], map[string]any{"condition": "service_healthy"}), "a replica does not wait for Postgres")
	must(one.Environment["KOPIR_TRUSTED_PROXIES"] == proxy.address()+"/32", "replicas do not believe the proxy alone")
	for _, s := range []service{one, two} {
		must(strings.Count(nginx, "server "+s.address()+":8080 ") == 2, "nginx.conf does not have the replica at %s in both lists", s.address())
	}
	must(strings.Contains(nginx, "server "+file.Services["meilisearch"].address()+":7700;"), "nginx.conf does not know Meilisearch")
	must(reflect.DeepEqual(file.Services["postgres"].Networks, []any{"database"}) && file.Networks["database"].Internal, "postgres can be reached from elsewhere")
	for _, name := range []string{"proxy", "meilisearch"} {
		_, reaches := file.Services[name].Networks.(map[string]any)["database"]
		must(!reaches, "%s reaches Postgres", name)
	}
	must(strings.HasPrefix(file.Services["postgres"].Image, "postgres:16"), "postgres is %s", file.Services["postgres"].Image)
	must(strings.HasSuffix(file.Services["meilisearch"].Image, ":v1.21"), "meilisearch is %s", file.Services["meilisearch"].Image)
	must(file.Services["meilisearch"].Environment["MEILI_ENV"] == "production", "meilisearch is not in production")

	told, used := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([A-Z_]+)=`).FindAllStringSubmatch(read("deploy/.env.example"), -1) {
		told[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
	}
	must(len(used) > 0 && reflect.DeepEqual(told, used), "deploy/.env.example tells %v, compose.yaml uses %v", told, used)
	for _, s := range []string{"KOPIR_SECRET", "POSTGRES_PASSWORD", "MEILI_MASTER_KEY"} {
		must(strings.Contains(text, "${"+s+":?"), "without %s compose would start", s)
	}
	if faults > 0 {
		os.Exit(1)
	}
}
GO
}

# --- What is checked: the proxy and its replicas ---------------------------------------------------------------------

# The database is seeded once, for the proxy's checks and for those of the backup.
seed() {
  make_database "$market"
  (kopir "$market" /data/seed 0 KOPIR_LOG_LEVEL=error -- seed) >"$work/seed.log" 2>&1 || {
    tail -n 5 "$work/seed.log" | cut -c -500
    die "kopir seed failed"
  }
  # The market's own numbers, asked of the database itself.
  demands=$(sql "$market" "SELECT count(*) FROM demands WHERE status = 'published'")
  programmes=$(sql "$market" "SELECT count(*) FROM programmes WHERE status = 'published'")
  demand=$(sql "$market" "SELECT id FROM demands WHERE status = 'published' ORDER BY id LIMIT 1")
}

# proxy_settings prints deploy/nginx.conf with nothing but its addresses changed.
proxy_settings() {
  local meili=${KOPIR_TEST_MEILI_URL:-http://127.0.0.1:9}
  meili=${meili#http://}
  sed -e "s/10\.89\.77\.11:8080/127.0.0.1:${ports[one]}/" -e "s/10\.89\.77\.12:8080/127.0.0.1:${ports[two]}/" \
    -e "s/10\.89\.77\.21:7700/${meili%%/*}/" -e "s/listen 8080;/listen 127.0.0.1:${ports[proxy]};/" deploy/nginx.conf
}

start_proxy() {
  local conf=$work/nginx/nginx.conf
  ports[proxy]=$(free_port) site=http://127.0.0.1:${ports[proxy]}
  mkdir -p "$work/nginx"
  proxy_settings >"$conf"
  check "nginx takes deploy/nginx.conf" nginx -t -q -p "$work/nginx" -c "$conf"
  nginx -p "$work/nginx" -c "$conf" >>"$work/access.log" 2>>"$work/nginx.log" &
  pids[proxy]=$!
  until_true 10 curl -fs "$site/healthz" || {
    cat "$work/nginx.log"
    die "nginx does not answer"
  }
}

# reload makes nginx read its settings again, and waits until its new workers are there.
reload() {
  local workers
  workers=$(pgrep -P "${pids[proxy]}" | sort)
  kill -HUP "${pids[proxy]}"
  until_true 10 renewed "$workers"
}

renewed() { [ -z "$(comm -12 <(echo "$1") <(pgrep -P "${pids[proxy]}" | sort))" ]; }

# take_out PORT and bring_back PORT are what docs/operations.md does to a replica before and after an update.
take_out() { sed -i "s/server 127\.0\.0\.1:$1 /&down /" "$work/nginx/nginx.conf" && reload; }
bring_back() { sed -i "s/\(server 127\.0\.0\.1:$1 \)down /\1/" "$work/nginx/nginx.conf" && reload; }

# requests NAME counts what a replica has logged as answered, but for questions whether it is well.
requests() { grep '"msg":"request"' "$work/$1.log" | grep -cvE '"route":"/(readyz|healthz)"' || true; }

# load keeps asking for a demand and its matches, and for matches by POST, by two clients, until stop_loaders. Each
# answer's status is a line.
load() {
  local n
  rm -f "$work/stop-load" "$work/load"
  for n in 1 2; do
    while [ ! -e "$work/stop-load" ]; do
      curl -sS -g --max-time 20 --interface 127.0.0.1$n -w '%{http_code}\n' "$site/v1/demands/$demand" -o /dev/null \
        "$site/v1/demands/$demand/matches?limit=1" -o /dev/null "$site/v1/programmes?limit=1" -o /dev/null --next \
        -sS --max-time 20 --interface 127.0.0.1$n -w '%{http_code}\n' -o /dev/null -H 'Content-Type: application/json' \
        -d "$requirements" "$site/v1/match/programmes" >>"$work/load" 2>>"$work/load.errors" || true
    done &
    loaders+=($!)
  done
}

# lost WHAT LEAST says how many of the load's requests were not answered with 200, and that there were enough; of those
# that were not, what the proxy says of the last ones.
lost() {
  local all bad
  stop_loaders
  all=$(wc -l <"$work/load")
  bad=$(grep -cvx 200 "$work/load" || true)
  if [ "$bad" -eq 0 ] && [ "$all" -ge "$2" ]; then
    pass "$1: $all requests, none lost"
  else
    fault "$1: $all requests, $bad lost: $(grep -vx 200 "$work/load" | sort | uniq -c | tr -s ' \n' ' ') $(tail -n 1 "$work/load.errors")"
    grep -E '"client":"127\.0\.0\.1[12]".*"status":[^2]' "$work/access.log" | tail -n 5 || true
  fi
}

spread() {
  local one two before_one before_two
  before_one=$(requests one) before_two=$(requests two)
  curl -s -o /dev/null --interface 127.0.0.2 "$site/v1/demands/$demand#[1-20]"
  one=$(($(requests one) - before_one)) two=$(($(requests two) - before_two))
  if [ $one -ge 8 ] && [ $two -ge 8 ] && [ $((one + two)) -eq 20 ]; then
    pass "requests are spread: of 20, one replica answered $one, the other $two"
  else
    fault "requests are spread: of 20, one replica answered $one, the other $two"
  fi
}

# address: with 60 requests a minute, two replicas give an address 120 at once. The replicas would believe this client,
# so that what it says must not reach them: a client that could choose its address would never be refused. If all had the
# proxy's address, another client would be refused as well.
address() {
  local n
  for n in {1..20}; do
    curl -s -o /dev/null -w '%{http_code}\n' --interface 127.0.0.3 -H "X-Forwarded-For: 203.0.113.$n" -H "X-Real-IP: 203.0.113.$n" \
      -H "Forwarded: for=203.0.113.$n" "$site/v1/demands/$demand#[1-10]"
  done >"$work/statuses"
  check "a client that invents addresses is refused like any other" grep -qx 429 "$work/statuses"
  check "and not before it has spent what an address has" [ "$(grep -cx 200 "$work/statuses")" -ge 120 ]
  same "meanwhile another address is served" 200 "$(status --interface 127.0.0.4 "$site/v1/demands/$demand")"
  check "nginx's log has the address that asked" grep -q '"client":"127.0.0.3",.*"status":429,' "$work/access.log"
}

silent() { ! grep -F "$demand" "$work/access.log" "$work/nginx.log" "$work/one.log" "$work/two.log"; }

edge() {
  same "metrics are not shown to the world" 404 "$(status "$site/metrics")"
  same "but to whoever watches a replica" 200 "$(status "http://127.0.0.1:${ports[one]}/metrics")"
  same "what Kopir refuses is refused in its words: a body too large" 'application/problem+json' \
    "$(head -c 3000000 /dev/zero | curl -s -o /dev/null -w '%{content_type}' --interface 127.0.0.5 -H 'Content-Type: application/json' --data-binary @- "$site/v1/auth/login")"
  check "what the proxy refuses by itself is a problem like Kopir's" problems
}

# problem STATUS ARGUMENTS… asks for what the proxy itself refuses, and looks whether it does so as the contract has it.
problem() {
  local want=$1 said code
  shift
  said=$(curl -s --max-time 10 --interface 127.0.0.5 -w '\n%{http_code} %{content_type} %header{x-request-id}' "$@")
  code=$(grep -oE '"code":"[a-z_]+"' <<<"$said" | cut -d'"' -f4)
  grep -qxE "\{\"type\":\"https://kopir\.kz/problems/[a-z-]+\",\"title\":\"[A-Za-z ]+\",\"status\":$want,\"code\":\"[a-z_]+\",\"instance\":\"urn:uuid:[0-9a-f-]{36}\"\}" <<<"$said" &&
    grep -qxE "$want application/problem\+json [0-9a-f-]{36}" <<<"$said" && grep -qhE "Code += \"$code\"" api/messages.go domain/reason.go && return
  printf '%s: %s\n' "$*" "$said"
  return 1
}

problems() {
  local long
  long=$(head -c 40000 /dev/zero | tr '\0' x)
  head -c 12000000 /dev/zero >"$work/large"
  problem 404 "$site/metrics" && problem 404 --path-as-is "$site/x/../metrics" && problem 404 "$site/%6Detrics" && problem 404 "$site/search-engine/keys" &&
    problem 405 -X TRACE "$site/healthz" && problem 405 -X GET "$site/search-engine/multi-search" &&
    problem 413 --data-binary "@$work/large" -H 'Content-Type: application/json' -H 'Expect:' "$site/v1/auth/login" &&
    problem 413 --data-binary "@$work/large" -H 'Content-Type: application/json' -H 'Expect:' "$site/v1/match/programmes" &&
    problem 414 "$site/$long" && problem 431 -H "X-Long: $long" "$site/healthz" && problem 400 -H 'Host;' "$site/healthz"
}

# none_but PATTERN FILE shows the lines that are different, and fails if there are any.
none_but() { ! grep -vxE "$1" "$2"; }

# meili: of Meilisearch the proxy shows two routes.
meili() {
  local at=$site/search-engine path
  if [ -z "${KOPIR_TEST_MEILI_URL:-}" ]; then
    skip "the way to Meilisearch: KOPIR_TEST_MEILI_URL is not set"
    return 0
  fi
  local key=(--interface 127.0.0.6 -H "Authorization: Bearer ${KOPIR_TEST_MEILI_KEY:-}") json=(-H 'Content-Type: application/json')
  same "Meilisearch answers where it is" 200 "$(status "${key[@]:2}" "$KOPIR_TEST_MEILI_URL/keys")"
  same "through the proxy, a search with a key is answered" '{"results":[]}' "$(curl -s "${key[@]}" "${json[@]}" -d '{"queries":[]}' "$at/multi-search")"
  check "and that of one index" grep -q index_not_found <(curl -s "${key[@]}" "${json[@]}" -d '{"q":""}' "$at/indexes/there-is-none/search")
  check "but none without a key" grep -q missing_authorization_header <(curl -s --interface 127.0.0.6 "${json[@]}" -d '{"queries":[]}' "$at/multi-search")
  same "a browser may ask whether it may" 200 "$(status --interface 127.0.0.6 -X OPTIONS -H 'Origin: https://kopir.kz' \
    -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: authorization,content-type' "$at/multi-search")"
  for path in '' / /keys /indexes /indexes/a /indexes/a/documents /indexes/a/documents/fetch /indexes/a/settings /indexes/a/facet-search \
    /indexes/a/similar /tasks /stats /version /health /metrics /dumps /snapshots /swap-indexes /experimental-features /multi-search/ \
    /indexes/a/search/ /indexes/a/search/../documents /indexes/a/search/..%2fdocuments /indexes/a%2f..%2f..%2fkeys%3f/search \
    /indexes/../keys /%6beys //keys /multi-search/../keys /indexes/a/search%00 '/indexes/a/documents?/search'; do
    status "${key[@]}" --path-as-is "$at$path" && echo " GET $path"
    status "${key[@]}" "${json[@]}" --path-as-is -d '{}' "$at$path" && echo " POST $path"
  done >"$work/closed"
  for path in GET PUT PATCH DELETE; do
    status "${key[@]}" -X $path "$at/multi-search" && echo " $path /multi-search"
    status "${key[@]}" -X $path "$at/indexes/a/search" && echo " $path /indexes/a/search"
  done >>"$work/closed"
  check "every other route of Meilisearch is closed, $(wc -l <"$work/closed") ways tried" none_but '(404|405|400) .*' "$work/closed"
}

rolling() {
  local many=KOPIR_READS_PER_MINUTE=1000000
  check "a replica that is told to stop exits with 0" stop one
  check "and the other one" stop two
  check "without any replica the proxy says so as Kopir would" problem 503 "$site/v1/demands/$demand"
  check "of matching, too" problem 503 -H 'Content-Type: application/json' -d "$requirements" "$site/v1/match/programmes"
  start one "$market" $many && start two "$market" $many
  if ! ready one || ! ready two; then die "the replicas do not start again"; fi
  sleep 5 # the proxy leaves alone for so long what it could not connect to

  load
  sleep 2
  check "under load, a replica that is told to stop exits with 0" stop one
  sleep 1
  # It comes back unannounced, too: asked to match before its index is filled, it says 503 and the other one is asked.
  start one "$market" $many
  ready one || die "a replica does not start again"
  sleep 2
  lost "a replica stopped and started again under load, unannounced" 50

  sleep 3
  load
  sleep 1
  check "a rolling update: a replica is taken out of the proxy" take_out "${ports[two]}"
  check "a rolling update: it stops with 0" stop two
  start two "$market" $many
  check "a rolling update: it is ready again" ready two
  check "a rolling update: it is brought back" bring_back "${ports[two]}"
  local before
  before=$(requests two)
  sleep 2
  lost "a rolling update under load" 50
  check "a rolling update: it answers requests again" [ "$(requests two)" -gt "$before" ]
}

proxy() {
  if ! get_nginx; then
    skip "the proxy: there is no nginx, and only root can install it"
    return 0
  fi
  ports[one]=$(free_port) ports[two]=$(free_port)
  start one "$market" KOPIR_READS_PER_MINUTE=60
  start two "$market" KOPIR_READS_PER_MINUTE=60
  if ! ready one || ! ready two; then
    tail -n 5 "$work/one.log" "$work/two.log" | cut -c -500
    die "the replicas are not ready"
  fi
  [ $empty_root = no ] || check "a replica runs as user 10001 in an otherwise empty root" nobody one
  start_proxy
  spread
  address
  edge
  meili
  rolling
  check "neither nginx's logs nor Kopir's hold what was asked for" silent
  stop one
  stop two
  kill -QUIT "${pids[proxy]}"
  wait "${pids[proxy]}" || true
  unset "pids[proxy]"
}

# --- What is checked: backup and restore -----------------------------------------------------------------------------

# seen NAME prints what a replica shows of the market.
seen() {
  local at=http://127.0.0.1:${ports[$1]}/v1
  for what in demands programmes; do
    curl -fsS "$at/$what?limit=1" | grep -oE '"total":[0-9]+' | sed "s/^/$what /"
  done
  curl -fsS "$at/demands/$demand/matches?limit=20"
}

# shows FILE PATTERN… says whether each pattern is a line of a file.
shows() {
  local file=$1 pattern
  shift
  for pattern in "$@"; do
    grep -qx "$pattern" "$file" || { cat "$file" && return 1; }
  done
}

backup() {
  local log
  ports[source]=$(free_port) ports[copy]=$(free_port)
  start source "$market"
  ready source || die "a replica does not start"
  seen source >"$work/seen.source"
  check "the market is there to be saved: $demands demands, $programmes programmes, matches" \
    shows "$work/seen.source" "demands \"total\":$demands" "programmes \"total\":$programmes" '.*"coverage":.*'
  check "pg_dump saves it while it is served" "$pg_bin/pg_dump" --format=custom --no-owner --file="$work/dump" "$(database_url "$market")"
  stop source
  make_database "$copy"
  check "pg_restore makes it anew" "$pg_bin/pg_restore" --exit-on-error --single-transaction --no-owner --dbname="$(database_url "$copy")" "$work/dump"
  log=$(sql "$copy" "SELECT log FROM change_log_tail")
  start copy "$copy"
  check "kopir serves what was restored" ready copy
  check "and has begun the change log anew, by itself" [ "$log" != "$(sql "$copy" "SELECT log FROM change_log_tail")" ]
  seen copy >"$work/seen.copy" || true
  check "it shows as many demands and programmes, and the same matches to the last byte" cmp "$work/seen.source" "$work/seen.copy"
  stop copy
}

# --- All of it -------------------------------------------------------------------------------------------------------

pg_bin=
requirements='{"requirements":[{"competence_id":"digcomp:1.1","level":4,"importance":"must"}]}'
market=kopir_deploy_$$ copy=kopir_deploy_$$_copy
[ -n "${KOPIR_TEST_POSTGRES_URL:-}" ] || {
  skip "deployment: KOPIR_TEST_POSTGRES_URL is not set"
  log "$passed passed, $failed failed"
  [ $failed -eq 0 ]
  exit
}
pg_tools || die "psql, pg_dump and pg_restore are not to be had; set PG_BIN"
build
image
compose
seed
proxy
backup
log "$passed passed, $failed failed"
[ $failed -eq 0 ]
