#!/bin/sh
# Runs a project script on a current Node: the one on the PATH where it is new enough, else one brought by npm.
# Usage: sh scripts/with-node.sh scripts/x.ts [argument ...]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
node=$(sh "$root/scripts/find-node.sh")
[ -d "$root/node_modules/koffi" ] || (cd "$root" && echo "Installing packages …" >&2 && npm ci --no-fund --no-audit --loglevel=error >&2)
exec "$node" "$@"
