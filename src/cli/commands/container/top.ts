import { topContainer } from '../../../client/containers/top.ts';
import { command as define } from '../../command.ts';
import { align } from '../../format/tabwriter.ts';

export const command = define({
  usage: 'CONTAINER [ps OPTIONS]',
  arity: { min: 1 },
  examples: ['minke top web', 'minke top web -o pid,pcpu,args'],
  interspersed: false,
  completeArgs: ['running-containers'],
  flags: {},
  async run(cli, { args }) {
    const [container = '', ...options] = args;
    const { titles, rows } = await topContainer(await cli.client(), container, options);
    const lines = [titles, ...rows].map((row) => `${row.join('\t')}\n`);
    cli.out.text(align(lines.join(''), { minimum: 20, padding: 1 }));
    return 0;
  },
});
