import { command as define } from '../command.ts';
import { candidates } from '../completion/candidates.ts';
import { visibleLine } from '../terminal/visible.ts';

/** What the scripts of `completion` ask: a line each, word and text split by a tab; `:files` for the shell's own. */
export const command = define({
  usage: '-- [WORD...]',
  arity: { min: 0 },
  interspersed: false,
  flags: {},
  async run(cli, { args }) {
    const { words, files } = await candidates(cli, args);
    let text = words
      .map(([word, about]) => `${visibleLine(word)}${about === '' ? '' : `\t${visibleLine(about)}`}\n`)
      .join('');
    if (files !== 'none' && words.length === 0) text += `:${files}\n`;
    cli.out.raw(text);
    return 0;
  },
});
