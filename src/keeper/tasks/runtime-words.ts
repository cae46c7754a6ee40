import { readFileSync } from 'node:fs';

/**
 * What the OCI runtime said about a failure: the messages of its log's errors, or the log itself where it is text, else
 * its standard error as it is.
 */
export function runtimeWords(logPath: string, stderr: string): string {
  let log = '';
  try {
    log = readFileSync(logPath, 'utf8');
  } catch {
    // It has no log or did not get that far.
  }
  if (!log.trimStart().startsWith('{')) return log.trim() || stderr.trim();
  const messages = log.split('\n').flatMap(errorMessage);
  return messages.length > 0 ? messages.join('\n') : stderr.trim();
}

function errorMessage(line: string): string[] {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry) || typeof entry.msg !== 'string')
      return [];
    const level = 'level' in entry ? entry.level : 'error';
    return level === 'error' || level === 'fatal' ? [entry.msg] : [];
  } catch {
    return [];
  }
}
