import { readNow } from '../../host/pipe/pipe.ts';
import { parseShimRecord, type ShimRecord } from './shim-record.ts';

const buffer = Buffer.allocUnsafeSlow(4096);

/** Records waiting in a status FIFO (the shim writes each in one piece); `gone`: the shim holds it no more. */
export function readStatus(fifo: number): { records: ShimRecord[]; gone: boolean } {
  const records: ShimRecord[] = [];
  for (;;) {
    const count = readNow(fifo, buffer);
    if (count === undefined) return { records, gone: false };
    if (count === 0) return { records, gone: true };
    for (const line of buffer.toString('latin1', 0, count).split('\n')) {
      const record = parseShimRecord(line);
      if (record !== undefined) records.push(record);
    }
  }
}
