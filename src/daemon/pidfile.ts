import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { conflict } from '../errors/minke-error.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** True where `pid` runs this program: a pid that the kernel gave to somebody else is no reason not to start. */
function isOurs(pid: number, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
  } catch {
    return false;
  }
}

/**
 * Writes our pid, unless a daemon that wrote the file before still runs. Answers the undo.
 * @param marker a part of our command line
 */
export function writePidfile(path: string, marker = 'minked'): () => void {
  let before = Number.NaN;
  try {
    before = Number(readFileSync(path, 'utf8').trim());
  } catch {
    // Not there: the usual case.
  }
  if (
    Number.isInteger(before) &&
    before > 0 &&
    before !== process.pid &&
    isAlive(before) &&
    isOurs(before, marker)
  ) {
    throw conflict(
      `failed to start daemon, ensure minked is not running or delete ${path}: process with PID ${before} is still running`,
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${process.pid}`, { mode: 0o644 });
  renameSync(temporary, path);
  return () => {
    // A daemon that was started after us may have taken the file over.
    if (readFileSync(path, 'utf8').trim() === String(process.pid)) rmSync(path, { force: true });
  };
}
