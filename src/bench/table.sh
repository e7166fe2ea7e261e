#!/usr/bin/env bash
# Measures the tables of docs/benchmarks.md: six servers side by side, in turn, on one machine that does nothing else.
#
# Usage: table.sh CHANCERY_JAR [ROW...]    rows: small storm many-streams large many-services; all of them if none is given
# Needs: mvn -q package here, (cd go-peer && go build -o gopeer .), JAVA_HOME of a JDK 25, 12,000 descriptors.
# Prints one line for each run of the client; summary.py makes a table of them.
set -euo pipefail
jar=$(realpath "$1")
shift
rows=("$@")
# The services of many-services stay: go's snapshot cache then answers no state-of-the-world stream that asks for less.
[ ${#rows[@]} -gt 0 ] || rows=(small storm many-streams large many-services)
cd "$(dirname "$0")"
ulimit -n 19000

java=$JAVA_HOME/bin/java
classes='target/classes:target/lib/*'
native=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
servers=(limit chancery jcp jcpcached golinear gosnapshot)
declare -A pid
number=0
for server in "${servers[@]}"; do
  declare "port_$server=$((5100 + number++))"
done
port() { local name=port_$1; echo "${!name}"; }
logs=$(mktemp -d)

finish() {
  kill "${pid[@]}" 2>/dev/null || true
  rm -rf "$logs"
}
trap finish EXIT

start() { # server, command with {rest} and {xds} in it
  local server=$1 rest
  rest=$(port "$server")
  shift
  "${@//\{rest\}/$rest}" >"$logs/$server" 2>&1 &
  pid[$server]=$!
}

start limit "$java" -Xmx4g -Dtransport=epoll -Drest={rest} -Dxds=1$(($(port limit) + 3000)) -cp "$classes" swarm.LimitPeer
start chancery "$java" -Xmx4g "${native[@]}" -jar "$jar" --server.port={rest} \
  --chancery.xds.port=1$(($(port chancery) + 3000)) --chancery.data="$logs/data"
start jcp "$java" -Xmx4g -Drest={rest} -Dxds=1$(($(port jcp) + 3000)) -cp "$classes" swarm.JcpPeer
start jcpcached "$java" -Xmx4g -Dcached=true -Drest={rest} -Dxds=1$(($(port jcpcached) + 3000)) -cp "$classes" swarm.JcpPeer
start golinear go-peer/gopeer -mode linear -rest {rest} -xds 1$(($(port golinear) + 3000))
start gosnapshot go-peer/gopeer -mode snapshot -rest {rest} -xds 1$(($(port gosnapshot) + 3000))
until grep -q "is ready" "$logs/chancery"; do sleep 0.2; done

run() { # label, mode, server, warm, rounds, what
  local rest result
  rest=$(port "$3")
  # shellcheck disable=SC2086
  result=$(timeout 300 "$java" -cp "$classes" swarm.Swarm mode="$2" $6 rounds="$5" warm="$4" pid="${pid[$3]}" \
    rest="http://127.0.0.1:$rest/edsservice/" target="127.0.0.1:1$((rest + 3000))" 2>&1 |
    grep "RESULT\|closed\|never\|rest answer\|last stream" | head -4 | tr '\n' ' ') || true
  echo "$1 $2 $3 $result"
}

row() { # name, what, rounds to warm up, warm, rounds
  for server in limit chancery jcp jcpcached; do
    for mode in sotw delta; do run "$1/warming" $mode $server 4 "$3" "$2"; done
  done
  for server in golinear gosnapshot; do
    for mode in sotw delta; do run "$1/warming" $mode $server 2 2 "$2"; done
  done
  for turn in 1 2 3; do
    for mode in sotw delta; do
      for server in "${servers[@]}"; do run "$1/$turn" $mode "$server" "$4" "$5" "$2"; done
    done
  done
}

for name in "${rows[@]}"; do
  case $name in
  small)
    for mode in sotw delta; do run small/cold $mode chancery 0 24 "streams=1000 connections=1000 endpoints=10"; done
    row small "streams=1000 connections=1000 endpoints=10" 200 20 40
    ;;
  storm)
    what="streams=5000 connections=5000 endpoints=10"
    for server in "${servers[@]}"; do run storm/warming storm "$server" 2 2 "$what proto=sotw"; done
    for turn in 1 2 3; do
      for protocol in sotw delta; do
        for server in "${servers[@]}"; do run "storm-$protocol/$turn" storm "$server" 0 3 "$what proto=$protocol"; done
      done
    done
    ;;
  many-streams) row many-streams "streams=5000 connections=5000 endpoints=10" 20 6 12 ;;
  many-services) row many-services "streams=1000 connections=1000 endpoints=10 clusters=100" 60 8 24 ;;
  large) row large "streams=1000 connections=1000 endpoints=1000" 60 8 20 ;;
  *) echo "there is no row $name" >&2 && exit 2 ;;
  esac
done
