import { textColumns } from './columns.ts';

/**
 * Columns as Go's text/tabwriter lays them out: cells end with a tab, a column is a run of neighbouring lines that have
 * a cell there, its width the widest cell plus padding, at least `minimum`. The text behind the last tab is free.
 */
export interface Layout {
  readonly minimum: number;
  readonly padding: number;
}

export const dockerLayout: Layout = { minimum: 10, padding: 3 };

/** Lines of tab-terminated cells to aligned text. */
export function align(source: string, layout: Layout = dockerLayout): string {
  const lines = source.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map(() => []);
  measure(lines, widths, 0, lines.length, 0, layout);
  return lines
    .map((cells, row) =>
      cells
        .map((cell, column) =>
          column === cells.length - 1
            ? cell
            : cell + ' '.repeat((widths[row]?.[column] ?? 0) - textColumns(cell)),
        )
        .join(''),
    )
    .join('\n');
}

function measure(
  lines: readonly string[][],
  widths: number[][],
  from: number,
  to: number,
  column: number,
  layout: Layout,
): void {
  let row = from;
  while (row < to) {
    if ((lines[row]?.length ?? 0) <= column + 1) {
      row++;
      continue;
    }
    const start = row;
    let widest = layout.minimum;
    while (row < to && (lines[row]?.length ?? 0) > column + 1) {
      const cell = lines[row]?.[column] ?? '';
      widest = Math.max(widest, textColumns(cell) + layout.padding);
      row++;
    }
    for (let index = start; index < row; index++) {
      const target = widths[index];
      if (target !== undefined) target[column] = widest;
    }
    measure(lines, widths, start, row, column + 1, layout);
  }
}
