#!/bin/sh
# `npm test`: everything, from a bare machine on: installs what is missing, checks, builds, tests against the real
# kernel, compares with Docker. Needs root and Debian (other systems: npm run check).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
if [ "$(id -u)" -ne 0 ]; then
  echo "minke: npm test starts real containers and needs root; without it there is: npm run check" >&2
  exit 1
fi
sh scripts/install-host-packages.sh run build fast image test
exec sh scripts/with-node.sh scripts/test.ts "$@"
