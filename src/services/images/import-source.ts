import type { Readable } from 'node:stream';
import { invalid } from '../../errors/minke-error.ts';
import { counted } from '../../kit/stream/counted.ts';
import type { ProgressMessage } from './contract.ts';
import type { ImageParts } from './parts.ts';
import { bar, PACE, statusMessage } from './progress.ts';

/** An archive that the daemon is to fetch. */
export interface Address {
  readonly url: URL;
  /** As it is told and kept: without a password. */
  readonly shown: string;
}

/** `-` is what the client sends: none. `host/path` is one of http. Throws `invalid`. */
export function addressOf(source: string): Address | undefined {
  if (source === '-' || source === '') return undefined;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? source : `http://${source}`;
  let url: URL;
  try {
    url = new URL(whole);
    // Both are sent as what they stand for.
    decodeURIComponent(url.username + url.password);
  } catch (error) {
    throw invalid('the address to import from is none', error);
  }
  const shown = new URL(url);
  if (shown.password !== '') shown.password = 'xxxxx';
  return { url, shown: shown.href };
}

/** Fetches it, and says how far it is. */
export async function fetchArchive(
  { remote }: Pick<ImageParts, 'remote'>,
  { url, shown }: Address,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<Readable> {
  const { stream, size } = await remote.download(url, signal);
  emit(statusMessage(`Downloading from ${shown}`));
  if (size === null || size === 0) return stream;
  let said = Number.NEGATIVE_INFINITY;
  return counted(stream, (current) => {
    const now = performance.now();
    if (current < size && now - said < PACE) return;
    said = now;
    emit({
      status: 'Importing',
      progressDetail: { current, total: size },
      progress: bar(current, size),
    });
  });
}
