import { messageOf } from '../../errors/minke-error.ts';
import { command as define } from '../command.ts';
import { ConfigFile } from '../config/config-file.ts';
import { eraseCredentials, hubServer } from '../config/credentials.ts';

export const command = define({
  usage: '[SERVER]',
  arity: { min: 0, max: 1 },
  examples: ['minke logout', 'minke logout registry.example:5000'],
  description: 'Leave a registry.\nWithout a server it is Docker Hub.',
  flags: {},
  async run(cli, { args }) {
    const server = args[0] ?? '';
    const host = server.replace(/^https?:\/\//, '').split('/')[0] ?? '';
    const names =
      server === '' ? [hubServer] : [...new Set([server, host, `http://${host}`, `https://${host}`])];
    cli.out.line(`Removing login credentials for ${server === '' ? hubServer : host}`);
    const failures: string[] = [];
    for (const name of names)
      try {
        // Read anew each time: every removal rewrites the file.
        await eraseCredentials(ConfigFile.load(cli.configDirectory), cli.env, name);
      } catch (error) {
        failures.push(`${name}: ${messageOf(error)}`);
      }
    if (failures.length === names.length)
      cli.err.line(`WARNING: could not erase credentials:\n${failures.join('\n')}`);
    return 0;
  },
});
