import { command as define } from '../../command.ts';
import { contextName } from '../../connect.ts';

export const command = define({
  usage: '',
  arity: { min: 0, max: 0 },
  examples: ['minke context show'],
  flags: {},
  async run(cli) {
    cli.out.line(contextName(cli));
    return 0;
  },
});
