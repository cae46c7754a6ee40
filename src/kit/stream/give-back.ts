/**
 * Frees a buffer's memory now; the buffer is empty afterwards. For the only holder of one of thousands of large buffers:
 * left to the garbage collector, they make it mark the whole heap again and again. A part of a larger piece of memory
 * stays.
 */
export function giveBack({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}

/** As `giveBack`, for a buffer that has its memory for itself but does not fill it. */
export function giveBackAll({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
