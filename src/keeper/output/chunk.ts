import { pipeBytes } from '../../host/pipe/fifo.ts';

/** All intakes read into this: whatever is taken is used up in the same turn of the loop. */
export const chunk = Buffer.allocUnsafeSlow(pipeBytes);
export const nothing = Buffer.alloc(0);
