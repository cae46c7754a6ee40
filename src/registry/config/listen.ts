import type { ListenOptions } from 'node:net';
import { invalid } from '../../errors/minke-error.ts';

/**
 * `127.0.0.1:5000`, `[::1]:5000`, `:5000`, `unix:///run/registry.sock`
 * @throws invalid
 */
export function parseListen(text: string): ListenOptions {
  if (text.startsWith('unix://') && text.length > 'unix://'.length)
    return { path: text.slice('unix://'.length) };
  const [, bracketed, plain, port = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65535) {
    throw invalid(`listen: ${JSON.stringify(text)} is neither HOST:PORT nor unix:///path`);
  }
  const host = bracketed ?? plain ?? '';
  return { port: Number(port), ...(host === '' ? {} : { host }) };
}

/** True where only this machine can come. */
export const isLocal = (listen: ListenOptions): boolean =>
  listen.path !== undefined || /^(?:localhost|127\.|::1$)/.test(listen.host ?? '');
