import { bindChecked } from '../ffi/libc.ts';

const clockGettime = bindChecked<[number, Buffer]>('int clock_gettime(int clock, void *time)');
const CLOCK_REALTIME = 0;
const time = Buffer.alloc(16);

/** Unix nanoseconds (clock_gettime(2)); Node's own clocks give milliseconds. */
export function realtime(): bigint {
  clockGettime(CLOCK_REALTIME, time);
  return time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8);
}
