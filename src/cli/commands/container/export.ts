import { exportContainer } from '../../../client/containers/export.ts';
import { command as define } from '../../command.ts';
import { deliver } from '../../files/sink.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER',
  arity: { min: 1, max: 1 },
  examples: ['minke export -o web.tar web'],
  completeArgs: ['containers'],
  flags: {
    output: flag(string, 'Write to this file, not to standard output', { short: 'o', complete: 'files' }),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    await deliver(cli, flags.output, 'failed to export container', () =>
      exportContainer(client, args[0] ?? ''),
    );
    return 0;
  },
});
