import { waitContainer } from '../../../client/containers/wait.ts';
import { command as define } from '../../command.ts';
import { StatusError } from '../../status-error.ts';

export const command = define({
  usage: 'CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke wait job'],
  completeArgs: ['containers'],
  flags: {},
  async run(cli, { args }) {
    const client = await cli.client();
    const failures: string[] = [];
    for (const name of args)
      try {
        const { exit } = await waitContainer(client, name);
        const { status, error } = await exit;
        if (error !== '') failures.push(error);
        else cli.out.line(String(status));
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    if (failures.length > 0) throw new StatusError(failures.join('\n'), 1);
    return 0;
  },
});
