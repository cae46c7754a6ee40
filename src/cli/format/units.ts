/** Sizes and durations as docker/go-units shows them. */
const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

/** Go's `%.<precision>g` for numbers that sizes can be (no exponent up to that many digits). */
export function general(value: number, precision: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(precision)))));
  if (exponent < -4 || exponent >= precision) {
    const [mantissa = '', power = '0'] = value.toExponential(precision - 1).split('e');
    const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    const magnitude = Math.abs(Number(power)).toString().padStart(2, '0');
    return `${trimmed}e${power.startsWith('-') ? '-' : '+'}${magnitude}`;
  }
  const fixed = value.toFixed(Math.max(0, precision - 1 - exponent));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

function scaled(size: number, base: number, names: readonly string[]): [number, string] {
  let value = size;
  let index = 0;
  while (value >= base && index < names.length - 1) {
    value /= base;
    index++;
  }
  return [value, names[index] ?? ''];
}

/** `1.093MB`: powers of 1000, four significant digits unless told. */
export function humanSize(size: number, precision = 4): string {
  const [value, unit] = scaled(size, 1000, decimal);
  return general(value, precision) + unit;
}

/** `1.043MiB`: powers of 1024, four significant digits. */
export function bytesSize(size: number): string {
  const [value, unit] = scaled(size, 1024, binary);
  return general(value, 4) + unit;
}

/** `About an hour`, `3 days`; the argument in milliseconds. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(milliseconds / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(milliseconds / 3_600_000 / 24 / 365)} years`;
}
