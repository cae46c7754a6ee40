/** os-release(5): `KEY=value` lines, the value plain or in quotes of either kind. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (!match?.[1]) continue;
    const raw = match[2] ?? '';
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    found.set(match[1], (quoted?.[2] ?? raw).replace(/\\([\\"'$`])/g, '$1'));
  }
  return found;
}
