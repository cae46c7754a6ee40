const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

/** Where a run of characters that fit ends. */
function end(text: string, from: number, fits: (char: string | undefined) => boolean): number {
  let at = from;
  while (fits(text[at])) at++;
  return at;
}

const order = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Names as Docker sorts them (sortorder.NaturalLess): runs of digits by their value, before any other character; the
 * rest by its code, capitals first.
 */
export function inNaturalOrder(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [left = '', right = ''] = [a[i], b[j]];
    if (isDigit(left) !== isDigit(right)) return isDigit(left) ? -1 : 1;
    if (!isDigit(left)) {
      if (left !== right) return order(left, right);
      i++;
      j++;
      continue;
    }
    const [first, second] = [end(a, i, (char) => char === '0'), end(b, j, (char) => char === '0')];
    const [zeros, others] = [first - i, second - j];
    i = end(a, first, isDigit);
    j = end(b, second, isDigit);
    const found =
      order(i - first, j - second) || order(a.slice(first, i), b.slice(second, j)) || order(zeros, others);
    if (found !== 0) return found;
  }
  return order(a.length - i, b.length - j);
}
