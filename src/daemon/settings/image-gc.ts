/** `image-gc` of the daemon: marks and age as people write them. */
import { invalid, messageOf } from '../../errors/minke-error.ts';
import { ramInBytes } from '../../kit/size/parse-size.ts';
import { parseGoDuration } from '../../kit/time/go-duration.ts';
import type { GcRules, Mark } from '../../services/images/gc/rules.ts';

export interface ImageGcText {
  /** `80%` of the disk, or bytes of all layers: `50g`. */
  readonly high: string | number;
  readonly low: string | number;
  /** A duration: `24h`. */
  readonly 'min-age': string;
}

export const DEFAULT_MIN_AGE = '24h';

function parseMark(name: string, given: string | number): Mark {
  const text = String(given).trim();
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (percent !== null) {
    const value = Number(percent[1]);
    if (value > 100) throw invalid(`invalid image-gc: ${name} is more than 100%`);
    return { unit: 'percent', value };
  }
  try {
    return { unit: 'bytes', value: ramInBytes(text) };
  } catch (error) {
    throw invalid(`invalid image-gc: ${name} is neither a percentage nor a size: ${messageOf(error)}`, error);
  }
}

/** Throws `invalid`. */
export function parseImageGc(given: ImageGcText): GcRules {
  const high = parseMark('high', given.high);
  const low = parseMark('low', given.low);
  if (high.unit !== low.unit) throw invalid('invalid image-gc: high and low have different units');
  if (low.value >= high.value) throw invalid('invalid image-gc: low is not below high');
  const age = parseGoDuration(given['min-age']);
  if (age === undefined || age < 0n)
    throw invalid(`invalid image-gc: min-age ${JSON.stringify(given['min-age'])} is no duration`);
  return { high, low, minAge: Number(age / 1_000_000n) };
}
