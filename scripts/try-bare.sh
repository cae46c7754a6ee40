#!/bin/sh
# Tries the checkout as a newcomer would: a bare Debian (made by mmdebstrap, with Debian's own Node and npm and nothing
# else), a fresh clone of HEAD in it, then the given command, default `npm run quickstart`. Root only.
# The tree is kept between calls in $MINKE_BARE (default /var/tmp/minke-bare); --fresh makes it anew.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
bare=${MINKE_BARE:-/var/tmp/minke-bare}
[ "$(id -u)" -eq 0 ] || { echo "try-bare needs root" >&2; exit 1; }
command -v mmdebstrap >/dev/null || { echo "try-bare needs mmdebstrap: apt-get install mmdebstrap" >&2; exit 1; }

case "$bare" in
  /var/tmp/?* | /tmp/?*) ;;
  *) echo "MINKE_BARE must lie below /tmp or /var/tmp" >&2; exit 1 ;;
esac
if grep -q " $bare/" /proc/self/mounts; then
  echo "$bare is in use by another try" >&2
  exit 1
fi
if [ "${1:-}" = --fresh ]; then
  shift
  rm -rf "$bare"
fi
if [ ! -x "$bare/usr/bin/npm" ]; then
  echo "Making a bare Debian in $bare …"
  rm -rf "$bare"
  mmdebstrap --quiet --variant=minbase --include=nodejs,npm bookworm "$bare"
fi
rm -rf "$bare/minke"
git clone --quiet --no-hardlinks "$root" "$bare/minke"
# Names and the way to the registries as on this machine.
cp /etc/resolv.conf /etc/hosts "$bare/etc/"
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
  mkdir -p "$bare/etc/ssl/certs"
  cp /etc/ssl/certs/ca-certificates.crt "$bare/etc/ssl/certs/"
fi
if [ -f "$HOME/.npmrc" ]; then cp "$HOME/.npmrc" "$bare/root/"; fi
[ $# -gt 0 ] || set -- npm run quickstart

# Mounts and processes of the try end with it; the network is this machine's.
began=$(date +%s)
status=0
unshare --mount --pid --fork --kill-child --propagation private sh -euc '
  bare=$1
  shift
  mount --bind "$bare" "$bare"
  cd "$bare"
  mount -t proc proc proc
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t tmpfs tmpfs run
  exec chroot . sh -c "cd /minke && exec \"\$@\"" sh "$@"
' sh "$bare" "$@" || status=$?
echo "exit status $status after $(($(date +%s) - began)) s"
exit "$status"
