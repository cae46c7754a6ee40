/** Finds runs of lines that stand in two places: what is written twice is to be one piece of code. */

export interface Source {
  readonly path: string;
  readonly text: string;
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Lines that say something: no blanks, no comments, no lone punctuation, no imports. */
function meaningful(text: string): Line[] {
  let inComment = false;
  let inImport = false;
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim();
    if (line.startsWith('/*')) inComment = true;
    if (/^(import|export)\b[^=(]*[{*]/.test(line) && !/\bfrom\b/.test(line) && line.startsWith('import'))
      inImport = true;
    const skip =
      inComment || inImport || line.startsWith('//') || line.startsWith('import ') || !/\w/.test(line);
    if (line.includes('*/')) inComment = false;
    if (/\bfrom '/.test(line)) inImport = false;
    return skip ? [] : [{ text: line, number: index + 1 }];
  });
}

/** `path:from-to ~ path:from-to` for every run of at least `least` equal lines, the longest first. */
export function duplicates(sources: readonly Source[], least: number): string[] {
  const files = sources.map(({ path, text }) => ({ path, lines: meaningful(text) }));
  const seen = new Map<string, { file: number; at: number }>();
  const found: { length: number; row: string }[] = [];
  /** Lines of a file up to which a run was reported already. */
  let reported = 0;
  files.forEach(({ path, lines }, file) => {
    reported = 0;
    for (let at = 0; at + least <= lines.length; at++) {
      const key = lines
        .slice(at, at + least)
        .map((line) => line.text)
        .join('\n');
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, { file, at });
        continue;
      }
      const other = files[first.file];
      if (other === undefined || at < reported || (first.file === file && first.at + least > at)) continue;
      let length = least;
      while (
        lines[at + length] !== undefined &&
        lines[at + length]?.text === other.lines[first.at + length]?.text
      )
        length++;
      reported = at + length;
      const span = (name: string, list: readonly Line[], from: number) =>
        `${name}:${list[from]?.number}-${list[from + length - 1]?.number}`;
      found.push({ length, row: `${span(path, lines, at)} ~ ${span(other.path, other.lines, first.at)}` });
    }
  });
  return found.sort((a, b) => b.length - a.length).map(({ row, length }) => `${row} (${length} lines)`);
}
