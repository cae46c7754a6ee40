import { command as define } from '../command.ts';
import { about, clientVersion } from '../version.ts';

/** What docker asks of a plugin, so that `docker minke …` works where `docker-minke` lies among its plugins. */
export const command = define({
  usage: '',
  arity: { min: 0, max: 0 },
  flags: {},
  async run(cli) {
    cli.out.line(
      JSON.stringify({
        SchemaVersion: '0.1.0',
        Vendor: 'Minke',
        Version: clientVersion,
        ShortDescription: about,
      }),
    );
    return 0;
  },
});
