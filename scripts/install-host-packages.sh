#!/bin/sh
# Installs what the machine lacks, by its own package manager; what is there already is left alone.
# Usage: sh scripts/install-host-packages.sh [--dry-run] GROUP ...
#   run    an OCI runtime (crun, else runc), iptables, nftables, iproute2
#   fast   Intel's ISA-L, for gzip of layers (optional; without it zlib does it)
#   build  a C compiler for the small native programs
#   bench  what the benchmarks measure with
#   image  what makes images out of Debian's packages (Debian only)
#   test   what the tests judge with (Debian only)
set -eu

dry=false
if [ "${1:-}" = --dry-run ]; then dry=true; shift; fi
[ $# -gt 0 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
for manager in apt-get dnf apk pacman none; do
  if command -v "$manager" >/dev/null 2>&1; then break; fi
done

has() { command -v "$1" >/dev/null 2>&1; }
missing=
# want PACKAGE PROGRAM ...: the package is wanted where none of the programs is there.
want() {
  package=$1
  shift
  for program in "$@"; do
    if has "$program"; then return 0; fi
  done
  missing="$missing $package"
}
# wantfile PACKAGE FILE: the same, told by a file.
wantfile() { [ -e "$2" ] || missing="$missing $1"; }

for group in "$@"; do
  case "$group" in
    run)
      want crun crun runc
      want iptables iptables
      want nftables nft
      case "$manager" in
        dnf) want iproute ip ;;
        *) want iproute2 ip ;;
      esac
      ;;
    fast)
      for folder in "/usr/lib/$(uname -m)-linux-gnu" /usr/lib64 /usr/lib; do
        if [ -e "$folder/libisal.so.2" ]; then isal=there; fi
      done
      case "$manager${isal:-}" in
        *there) ;;
        apt-get) missing="$missing libisal2" ;;
        dnf | apk | pacman) missing="$missing isa-l" ;;
      esac
      ;;
    # The programs need neither a C library nor headers.
    build) want gcc cc gcc clang tcc ;;
    bench) want iperf3 iperf3 ;;
    image | test)
      if [ "$manager" != apt-get ]; then
        echo "minke: the group '$group' needs Debian's packages; this machine has no apt-get" >&2
        exit 1
      fi
      want busybox-static busybox
      want mmdebstrap mmdebstrap
      wantfile debian-archive-keyring /usr/share/keyrings/debian-archive-keyring.gpg
      if [ "$group" = test ]; then
        want crun crun
        want runc runc
        want procps ps
        want tmux tmux
        want zsh zsh
        want fish fish
        want util-linux setpriv
        want docker-registry docker-registry
        want podman podman
        want skopeo skopeo
        want apache2-utils htpasswd
        want openssl openssl
        want curl curl
        want openssh-client ssh
        want xz-utils xz
        want bzip2 bzip2
        want faketime faketime
      fi
      ;;
    *) echo "minke: no such group: $group" >&2; exit 2 ;;
  esac
done

# shellcheck disable=SC2086 # a list of words
set -- $(printf '%s\n' $missing | sort -u)
[ $# -gt 0 ] || exit 0
if $dry; then echo "$@"; exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
  echo "minke: missing on this machine: $*. Run this as root, or install them and try again" >&2
  exit 1
fi

echo "Installing $* …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() {
  if ! "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    return 1
  fi
}
fail() {
  echo "minke: could not install: $wanted. Install it by hand and try again" >&2
  exit 1
}
wanted="$*"
case "$manager" in
  apt-get)
    export DEBIAN_FRONTEND=noninteractive
    apt() { run apt-get -qq -y -o DPkg::Lock::Timeout=120 --no-install-recommends "$@"; }
    # The lists of a fresh machine are empty or old; where they serve, asking for new ones would only take time.
    apt install "$@" 2>/dev/null || { apt update && apt install "$@"; } || fail
    ;;
  dnf) run dnf -q -y install "$@" || fail ;;
  apk) run apk add --quiet "$@" || fail ;;
  pacman) run pacman -Sy --noconfirm --needed --quiet "$@" || fail ;;
  none)
    echo "minke: no apt-get, dnf, apk or pacman here; install by hand: $wanted" >&2
    exit 1
    ;;
esac
