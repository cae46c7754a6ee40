import { command as define } from '../../command.ts';
import { dockerEndpoint } from '../../config/context-options.ts';
import { ContextStore, checkContextName } from '../../config/context-store.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { pairs } from '../../flags/list-kinds.ts';

export const command = define({
  usage: '[OPTIONS] CONTEXT',
  arity: { min: 1, max: 1 },
  examples: ['minke context update --docker host=ssh://me@host far'],
  completeArgs: ['contexts'],
  flags: {
    description: flag(string, 'What the context is for'),
    docker: flag(pairs, 'Address of the daemon and TLS files', { default: new Map() }),
  },
  async run(cli, { flags, changed, args }) {
    const [name = ''] = args;
    checkContextName(name);
    const store = new ContextStore(cli.configDirectory);
    const before = store.get(name);
    const endpoint = flags.docker.size === 0 ? undefined : dockerEndpoint(cli, flags.docker);
    store.put({
      ...before,
      name,
      description: changed.has('description') ? flags.description : before.description,
      host: endpoint?.host ?? before.host,
      skipTlsVerify: endpoint?.skipTlsVerify ?? before.skipTlsVerify,
    });
    if (endpoint !== undefined) store.putTls(name, endpoint.tls);
    cli.out.line(name);
    cli.err.line(`Successfully updated context "${name}"`);
    return 0;
  },
});
