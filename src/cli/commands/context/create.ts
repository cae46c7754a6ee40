import { command as define } from '../../command.ts';
import { getContext } from '../../config/context-list.ts';
import { dockerEndpoint, endpointOf } from '../../config/context-options.ts';
import { ContextStore, checkContextName } from '../../config/context-store.ts';
import { contextName } from '../../connect.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { pairs } from '../../flags/list-kinds.ts';

export const command = define({
  usage: '[OPTIONS] CONTEXT',
  arity: { min: 1, max: 1 },
  description:
    'Create a context\n\nKeys of --docker: host (address of the daemon), ca, cert, key (files for TLS),\nskip-tls-verify (true or false), from (take everything of that context)',
  examples: ['minke context create far --docker host=ssh://ada@build.example.org'],
  flags: {
    description: flag(string, 'What the context is for'),
    docker: flag(pairs, 'Address of the daemon and TLS files', { default: new Map() }),
    from: flag(string, 'Take everything of this context', { complete: 'contexts' }),
  },
  async run(cli, { flags, changed, args }) {
    const [name = ''] = args;
    checkContextName(name);
    const store = new ContextStore(cli.configDirectory);
    if (store.has(name)) throw new Error(`context "${name}" already exists`);
    if (changed.has('from') && flags.docker.size > 0)
      throw new Error('cannot use --docker flag when --from is set');
    const source =
      changed.has('from') || flags.docker.size === 0 ? flags.from || contextName(cli) : undefined;
    const endpoint = source === undefined ? dockerEndpoint(cli, flags.docker) : endpointOf(cli, source);
    store.put({
      name,
      description: flags.description || (source === undefined ? '' : getContext(cli, source).description),
      host: endpoint.host,
      skipTlsVerify: endpoint.skipTlsVerify,
    });
    store.putTls(name, endpoint.tls);
    cli.out.line(name);
    cli.err.line(`Successfully created context "${name}"`);
    return 0;
  },
});
