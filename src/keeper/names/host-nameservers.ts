/** DNS servers that the host itself uses: resolv.conf(5), and what stands behind the local stub of systemd-resolved. */
import { readFileSync } from 'node:fs';

const files = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
/** Milliseconds that a reading counts. */
const fresh = 1000;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function nameserversIn(texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => text.split('\n'));
  const servers = lines.flatMap((line) => /^\s*nameserver\s+([0-9a-fA-F.:]+)\s*$/.exec(line)?.[1] ?? []);
  return [...new Set(servers)];
}

/** As they are now, read again when a second has gone by. */
export function hostNameservers(clock: () => number = () => performance.now()): () => readonly string[] {
  let known: readonly string[] = [];
  let until = -1;
  return () => {
    const now = clock();
    if (now > until) {
      known = nameserversIn(files.map(read));
      until = now + fresh;
    }
    return known;
  };
}
