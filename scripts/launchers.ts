/**
 * A shell program that starts a bundle of `dist/` on Node. It finds its own place, so that the checkout may lie anywhere
 * and the file may be linked to. Compiled code is kept beside the program, where that can be written: a start takes less.
 */
export const launcher = (program: string, flags: string, before = ''): string => `#!/bin/sh
# Starts ${program} on the Node that the build used, or on the PATH's where it is new enough.
${before}self=$(readlink -f "$0")
root=\${self%/bin/*}
node='${process.execPath}'
[ -x "$node" ] || node=$(sh "$root/scripts/find-node.sh") || exit 1
export NODE_COMPILE_CACHE="$root/dist/compiled"
exec "$node" ${flags} "$root/dist/${program}.mjs" "$@"
`;

/** In place of the compiled command line, where Bun can't compile it. The program is told by what name it was called. */
export const commandLineLauncher = launcher(
  'minke',
  '--max-semi-space-size=1',
  'MINKE_CALLED_AS=$0\nexport MINKE_CALLED_AS\n',
);
