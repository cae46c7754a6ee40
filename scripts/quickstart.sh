#!/bin/sh
# `npm run quickstart`: from a bare machine to a web server in a container. Safe to run again.
# `npm run quickstart -- --undo` takes back what it did.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
[ "$(uname -s)" = Linux ] || { echo "minke: containers need Linux; this is $(uname -s)" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || { echo "minke: quickstart starts a daemon and needs root: sudo npm run quickstart" >&2; exit 1; }
case "${1:-}" in
  "" | --undo) ;;
  *) echo "usage: npm run quickstart [-- --undo]" >&2; exit 2 ;;
esac

# Each step that is new to the machine says so; what was there already costs nothing.
if [ "${1:-}" != --undo ]; then
  groups="run build"
  if command -v apt-get >/dev/null 2>&1; then groups="$groups image"; fi
  # shellcheck disable=SC2086 # a list of words
  added=$(sh scripts/install-host-packages.sh --dry-run $groups)
  if [ -n "$added" ]; then
    mkdir -p .cache/quickstart
    # shellcheck disable=SC2086
    sh scripts/install-host-packages.sh $groups
    echo "$added" >>.cache/quickstart/packages
  fi
fi
exec sh scripts/with-node.sh scripts/quickstart/main.ts "$@"
