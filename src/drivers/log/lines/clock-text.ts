/**
 * Times as they stand in logs: RFC 3339 in UTC with up to nine digits of fraction, trailing zeros left out (Go's
 * RFC3339Nano), or all nine of them.
 */

/** Longest: `2006-01-02T15:04:05.123456789Z`. */
export const timeBytes = 30;

const zero = 48;
let lastSecond = -1;
const lastText = Buffer.alloc(19);

function secondText(seconds: number): Buffer {
  if (seconds !== lastSecond) {
    lastText.write(new Date(seconds * 1000).toISOString(), 0, 19, 'latin1');
    lastSecond = seconds;
  }
  return lastText;
}

/** Writes a time at `at`; returns the end. */
export function writeTime(out: Buffer, at: number, seconds: number, nanos: number): number {
  out.set(secondText(seconds), at);
  let end = at + 19;
  let rest = nanos;
  if (rest > 0) {
    out[end] = 46; // .
    let digits = 9;
    while (rest % 10 === 0) {
      rest = rest / 10;
      digits -= 1;
    }
    for (let i = end + digits; i > end; i -= 1) {
      out[i] = zero + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    end += digits + 1;
  }
  out[end] = 90; // Z
  return end + 1;
}

/** The same with nine digits always. */
export function writeFixedTime(out: Buffer, at: number, seconds: number, nanos: number): number {
  out.set(secondText(seconds), at);
  out[at + 19] = 46;
  let rest = nanos;
  for (let i = at + 28; i > at + 19; i -= 1) {
    out[i] = zero + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  out[at + 29] = 90;
  return at + 30;
}

const number = (data: Buffer, from: number, to: number): number => {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 10 + ((data[i] ?? 0) - zero);
  return value;
};

let parsedDay = '';
let parsedDaySeconds = 0;

/** A time as `writeTime` writes it (UTC only; others go through Date). Seconds are NaN where there is none. */
export function readTime(data: Buffer, from: number, to: number): { seconds: number; nanos: number } {
  if (to - from < 20 || data[to - 1] !== 90) return readOtherTime(data.toString('latin1', from, to));
  const day = data.toString('latin1', from, from + 10);
  if (day !== parsedDay) {
    parsedDaySeconds = Date.parse(`${day}T00:00:00Z`) / 1000;
    parsedDay = day;
  }
  const seconds =
    parsedDaySeconds +
    number(data, from + 11, from + 13) * 3600 +
    number(data, from + 14, from + 16) * 60 +
    number(data, from + 17, from + 19);
  let nanos = 0;
  if (data[from + 19] === 46) {
    const digits = to - from - 21;
    nanos = number(data, from + 20, to - 1) * 10 ** (9 - digits);
  }
  return { seconds, nanos };
}

function readOtherTime(text: string): { seconds: number; nanos: number } {
  const seconds = Math.floor(Date.parse(text) / 1000);
  const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? '';
  return { seconds, nanos: Number(fraction.padEnd(9, '0')) };
}
