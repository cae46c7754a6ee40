import { columns, textColumns } from './columns.ts';

/** Cuts text to `max` columns, the last one an ellipsis where something was cut. */
export function ellipsis(text: string, max: number): string {
  if (max <= 0) return '';
  const characters = [...text];
  if (max === 1) return characters[0] ?? '';
  if (textColumns(text) <= max) return text;
  let used = 0;
  let kept = '';
  for (const character of characters) {
    used += columns(character);
    if (used > max - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
