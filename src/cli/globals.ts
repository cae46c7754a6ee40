import { bool, string } from './flags/basic-kinds.ts';
import { type FlagValues, flag } from './flags/kind.ts';
import { list } from './flags/list-kinds.ts';

/** Flags before the command. Their defaults that depend on the home directory are named, not worked out. */
export const globalFlags = {
  config: flag(string, 'Folder with the settings of the client (default "~/.docker", or $DOCKER_CONFIG)'),
  context: flag(
    string,
    'Context to use for reaching the daemon, in place of DOCKER_HOST and the current context',
    {
      short: 'c',
      complete: 'contexts',
    },
  ),
  debug: flag(bool, 'Say more about what happens', { short: 'D' }),
  host: flag(list, 'Address of the daemon to talk to', { short: 'H' }),
  'log-level': flag(string, 'How much to log: "debug", "info", "warn", "error" or "fatal"', {
    short: 'l',
    default: 'info',
    complete: ['debug', 'info', 'warn', 'error', 'fatal'],
  }),
  tls: flag(bool, 'Use TLS; --tlsverify implies it'),
  tlscacert: flag(
    string,
    'Authority that signed the daemon\'s certificate (default "ca.pem" in the settings folder)',
  ),
  tlscert: flag(string, 'Certificate of the client (default "cert.pem" in the settings folder)'),
  tlskey: flag(string, 'Key of the client\'s certificate (default "key.pem" in the settings folder)'),
  tlsverify: flag(bool, "Use TLS, and check the daemon's certificate"),
  version: flag(bool, 'Print the version and end', { short: 'v' }),
} as const;

export type Globals = FlagValues<typeof globalFlags>;
