/** Lists of CPUs and memory nodes as `--cpuset-cpus` has them: `0-2,7`. */

/** More than any machine has; so a range can't make a list of unbounded length. */
const MOST = 8192;

/** Undefined for what is no list. */
export function parseCpuset(text: string): Set<number> | undefined {
  const found = new Set<number>();
  if (text === '') return found;
  for (const part of text.split(',')) {
    const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (first === '' || Number(last) < Number(first) || Number(last) >= MOST) return undefined;
    for (let number = Number(first); number <= Number(last); number++) found.add(number);
  }
  return found;
}
