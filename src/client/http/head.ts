import { internal } from '../../errors/minke-error.ts';

/** Status line and header fields; names in lower case, repeated fields joined by commas (RFC 9110 5.3). */
export interface ResponseHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** Parses the bytes before the empty line. Throws `internal` for what is not HTTP/1. */
export function parseHead(source: string): ResponseHead {
  const lines = source.split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})/.exec(lines[0] ?? '');
  if (match === null) throw internal(`malformed HTTP response "${(lines[0] ?? '').slice(0, 80)}"`);
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(match[1]), headers };
}
