import { closeSync, renameSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';
import { openFifo } from '../../host/pipe/fifo.ts';

/**
 * Whether a shim holds this status FIFO: a FIFO can only be opened for writing while it has a reader, and besides an
 * earlier keeper that has gone, only the shim is one.
 */
export function shimHolds(status: string): boolean {
  try {
    closeSync(openFifo(status, 'write'));
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENXIO' || systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Whether a task's folder may go. A shim that was started the moment before may be about to open its FIFOs, and stops
 * where one is missing: so the name is taken away before the second look, and given back where a shim was quicker.
 */
export function removableWithoutShim(status: string): boolean {
  const aside = `${status}.aside`;
  try {
    renameSync(status, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    throw error;
  }
  if (!shimHolds(aside)) return true;
  renameSync(aside, status);
  return false;
}
