/**
 * Breaks text at spaces to fit `width`, later lines indented by `indent`; a line may run over by 5. Where there is little
 * room beside the indent the text begins on a line of its own.
 */
export function wrap(text: string, indent: number, width: number): string {
  const room = width - indent;
  const margin = `\n${' '.repeat(room < 24 ? 16 : indent)}`;
  const space = room < 24 ? width - 16 : room;
  const lead = room < 24 ? margin : '';
  if (space < 24) return lead + text.replaceAll('\n', margin);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let rest = paragraph;
    while (rest.length > space) {
      const cut = rest.lastIndexOf(' ', space - 5);
      if (cut <= 0) break;
      lines.push(rest.slice(0, cut));
      rest = rest.slice(cut + 1);
    }
    lines.push(rest);
  }
  return lead + lines.join(margin);
}
