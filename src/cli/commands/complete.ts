import { type Command, command as define } from '../command.ts';
import { candidates } from '../completion/candidates.ts';
import { visibleLine } from '../terminal/visible.ts';
import type { Group } from '../tree.ts';

/** What the scripts of `completion` ask: a line each, word and text split by a tab; `:files` for the shell's own. */
export const completing = (root: Group): Command =>
  define({
    usage: '-- [WORD...]',
    arity: { min: 0 },
    interspersed: false,
    flags: {},
    async run(cli, { args }) {
      // As a plugin of docker it is asked as cobra's programs are: its own name first, a number at the end.
      const asPlugin = cli.program.includes(' ');
      const { words, files } = await candidates(cli, root, asPlugin ? args.slice(1) : args);
      let text = words
        .map(([word, about]) => `${visibleLine(word)}${about === '' ? '' : `\t${visibleLine(about)}`}\n`)
        .join('');
      if (asPlugin) text += files === 'none' ? ':4\n' : files === 'directories' ? ':16\n' : ':0\n';
      else if (files !== 'none' && words.length === 0) text += `:${files}\n`;
      cli.out.raw(text);
      return 0;
    },
  });
