import { containerChanges } from '../../../client/containers/changes.ts';
import { command as define } from '../../command.ts';

export const command = define({
  usage: 'CONTAINER',
  arity: { min: 1, max: 1 },
  examples: ['minke diff web'],
  completeArgs: ['containers'],
  flags: {},
  async run(cli, { args }) {
    const changes = await containerChanges(await cli.client(), args[0] ?? '');
    for (const { kind, path } of changes) cli.out.line(`${kind} ${path}`);
    return 0;
  },
});
