import { readFileSync } from 'node:fs';
import { fileFailure } from '../files/failure.ts';

export interface Security {
  readonly options: readonly string[];
  /** Set by `systempaths=unconfined`: nothing is masked. */
  readonly maskedPaths: readonly string[] | null;
  readonly readonlyPaths: readonly string[] | null;
}

function split(option: string): [key: string, value: string | undefined] {
  const equals = option.indexOf('=');
  if (equals >= 0) return [option.slice(0, equals), option.slice(equals + 1)];
  const colon = option.indexOf(':');
  if (option !== 'no-new-privileges' && colon >= 0) return [option.slice(0, colon), option.slice(colon + 1)];
  return [option, undefined];
}

/** The text of a seccomp profile on one line, as JSON.parse and stringify keep it. */
function seccompProfile(path: string): string {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`opening seccomp profile (${path}) failed: ${fileFailure(path, error).message}`, {
      cause: error,
    });
  }
  try {
    return JSON.stringify(JSON.parse(source));
  } catch (error) {
    throw new Error(
      `compacting json for seccomp profile (${path}) failed: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

/** Reads seccomp profiles that are files here, and takes out what the client does itself. */
export function securityOptions(options: readonly string[]): Security {
  const sent: string[] = [];
  let open = false;
  for (const option of options) {
    const [key, value] = split(option);
    if ((value === undefined || value === '') && key !== 'no-new-privileges')
      throw new Error(`invalid --security-opt: ${JSON.stringify(option)}`);
    if (option === 'systempaths=unconfined') open = true;
    else if (key === 'seccomp' && value !== undefined && value !== 'unconfined' && value !== 'builtin')
      sent.push(`seccomp=${seccompProfile(value)}`);
    else sent.push(option);
  }
  return { options: sent, maskedPaths: open ? [] : null, readonlyPaths: open ? [] : null };
}
