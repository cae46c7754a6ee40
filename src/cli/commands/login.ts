import { checkAuth } from '../../client/system/auth.ts';
import type { Cli } from '../cli.ts';
import { command as define } from '../command.ts';
import { getCredentials, hostnameOf, hubServer, serverOf, storeCredentials } from '../config/credentials.ts';
import { bool, string } from '../flags/basic-kinds.ts';
import { flag } from '../flags/kind.ts';
import { readLine } from '../terminal/confirm.ts';
import { readSecret } from '../terminal/secret.ts';

export const command = define({
  usage: '[OPTIONS] [SERVER]',
  arity: { min: 0, max: 1 },
  description: 'Enter a registry.\nWithout a server it is Docker Hub.',
  examples: ['pass show registry | minke login -u ada --password-stdin registry.example.org'],
  flags: {
    password: flag(string, 'Password or token; "-" reads it from standard input', { short: 'p' }),
    'password-stdin': flag(bool, 'Read the password or token from standard input'),
    username: flag(string, 'User name', { short: 'u' }),
  },
  async run(cli, { flags, changed, args }) {
    const fromStdin = flags['password-stdin'] || flags.password === '-';
    if (fromStdin && changed.has('password') && flags.password !== '-')
      throw new Error('conflicting options: cannot specify both --password and --password-stdin');
    if (fromStdin && !changed.has('username'))
      throw new Error('the --password-stdin option requires --username to be set');
    if (changed.has('username') && flags.username === '') throw new Error('username is empty');
    if (changed.has('password') && flags.password === '') throw new Error('password is empty');
    if (changed.has('password') && !fromStdin)
      cli.err.line('WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
    const [domain = ''] = args;
    const server = serverOf(domain === '' ? 'docker.io' : hostnameOf(domain));
    const password = fromStdin ? await wholeInput() : flags.password;
    if (fromStdin && password.trim() === '') throw new Error('password is empty');
    const known =
      flags.username === '' && password === ''
        ? await getCredentials(cli.config, cli.env, server)
        : undefined;
    if (known !== undefined && (known.password !== '' || known.identityToken !== ''))
      cli.err.line(
        `Authenticating with existing credentials...${known.username === '' ? '' : ` [Username: ${known.username}]`}\n\n` +
          " Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n\n",
      );
    const entered =
      known !== undefined && (known.password !== '' || known.identityToken !== '')
        ? known
        : { ...(await ask(cli, server, flags.username, password)), identityToken: '' };
    const { status, identityToken } = await checkAuth(await cli.client(), {
      username: entered.username,
      password: entered.password,
      serveraddress: server,
      ...(entered.identityToken === '' ? {} : { identitytoken: entered.identityToken }),
    });
    const kept = identityToken === '' ? entered : { ...entered, password: '', identityToken };
    const open = await storeCredentials(cli.config, cli.env, server, kept);
    if (open)
      cli.err.line(
        `\nWARNING! Your credentials are stored unencrypted in '${cli.config.path}'.\n` +
          'Configure a credential helper to remove this warning. See\n' +
          'https://docs.docker.com/go/credential-store/\n',
      );
    if (status !== '') cli.out.line(status);
    return 0;
  },
});

/** All of standard input without the line end behind it. */
async function wholeInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$|\r$/, '');
}

async function ask(
  cli: Cli,
  server: string,
  username: string,
  password: string,
): Promise<{ username: string; password: string }> {
  if ((username === '' || password === '') && process.stdin.isTTY !== true)
    throw new Error('Error: Cannot perform an interactive login from a non TTY device');
  let name = username;
  if (name === '') {
    if (server === hubServer) cli.out.line('Log in with your Docker ID or email address.');
    cli.out.raw('Username: ');
    name = ((await readLine()) ?? '').trim();
    if (name === '') throw new Error('username is required');
  }
  let secret = password;
  if (secret === '') {
    secret = await readSecret(cli, 'Password: ');
    if (secret === '') throw new Error('password is required');
  }
  return { username: name, password: secret };
}
