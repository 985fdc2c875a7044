#!/usr/bin/env bash
# Makes src/provider/demo_estate.snapshot, the inventory behind `ciacm scan demo`: seeds the emulator with the estate
# and records a scan of it. Needs the emulator's Python environment (see README.md here): PYTHON=/path/to/python.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
python="${PYTHON:-python3}"
work=$(mktemp -d)
trap 'kill "${server:-0}" 2>/dev/null || true; rm -rf "$work"' EXIT

"$python" server.py --port 0 >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    url=$(sed -n 's/^listening on //p' "$work/server.log")
    [ -n "$url" ] && break
    sleep 0.2
done
[ -n "$url" ] || { cat "$work/server.log"; exit 1; }
"$python" -m estate seed --endpoint "$url"

cd "$root"
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true
cargo run --quiet -- --home "$work/home" scan aws --endpoint-url "$url" \
    --region us-east-1,eu-west-1,eu-central-1 --record "$work/demo.snapshot" --repair-readings --fail-on none >/dev/null
mv "$work/demo.snapshot" src/provider/demo_estate.snapshot
chmod 644 src/provider/demo_estate.snapshot
