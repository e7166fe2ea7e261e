#!/usr/bin/env bash
# The schedule of the program that Chancery replaces: three states, 30 seconds apart. CHANCERY is where Chancery answers,
# PAUSE the seconds between two states. The backends are expected at 127.0.0.1:8001 to 8012.
set -euo pipefail
cd "$(dirname "$0")"
chancery=${CHANCERY:-http://127.0.0.1:5000}
pause=${PAUSE:-30}

register() {
  for port in $(seq "$1" "$2"); do
    curl -fsS "$chancery/edsservice/register?service=backends&endpoint=127.0.0.1:$port" >/dev/null
  done
}

apply() {
  curl -fsS -H 'Content-Type: application/yaml' --data-binary "@$1" "$chancery/v1/apply?wait=acked"
  echo
}

register 8001 8008
apply start.yaml
sleep "$pause"
register 8009 8012
apply after-30s.yaml
sleep "$pause"
apply after-60s.yaml
