import { command as define } from '../../command.ts';
import { bodyOf, createFrom } from '../../run/create.ts';
import { createFlags } from '../../run/flags.ts';

export const command = define({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  arity: { min: 1 },
  examples: ['minke create --name web -p 8080:80 nginx'],
  interspersed: false,
  flags: createFlags,
  completeArgs: ['images', 'files'],
  async run(cli, { flags, changed, args }) {
    const request = { flags, changed, args, verb: 'create' };
    cli.out.line(await createFrom(cli, request, await bodyOf(cli, request)));
    return 0;
  },
});
