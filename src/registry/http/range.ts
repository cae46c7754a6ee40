import { RegistryError } from '../errors.ts';
import type { ByteRange } from '../storage/contract.ts';

/**
 * `Range` of a GET (RFC 9110, section 14): one range of bytes. Null where it is absent, of another unit, or many: the
 * whole is answered then.
 * @throws RANGE_INVALID where it lies outside
 */
export function requestedRange(header: string | undefined, size: number): ByteRange | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start >= size || start >= end) {
    throw new RegistryError('RANGE_INVALID', `the blob has ${size} bytes`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { start, end };
}

/**
 * `Content-Range` of a chunk: where it begins (distribution-spec, "Pushing a blob in chunks"); null where the header is
 * absent.
 * @throws RANGE_INVALID where it can't be read or is not as long as the body says it is
 */
export function chunkStart(header: string | undefined, length: string | undefined): number | null {
  if (header === undefined) return null;
  const [, first, last] = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim()) ?? [];
  const [start, end] = [Number(first), Number(last)];
  const long = end - start + 1;
  if (first === undefined || last === undefined || long < 0) {
    throw new RegistryError('RANGE_INVALID', 'Content-Range must be START-END');
  }
  if (length !== undefined && Number(length) !== long) {
    throw new RegistryError('RANGE_INVALID', `Content-Range has ${long} bytes, the body ${length}`);
  }
  return start;
}
