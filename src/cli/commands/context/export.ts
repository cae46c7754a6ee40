import { existsSync, writeFileSync } from 'node:fs';
import { writeTar } from '../../../kit/tar/write-tar.ts';
import { command as define } from '../../command.ts';
import { getContext } from '../../config/context-list.ts';
import { ContextStore, metaOf, tlsFiles } from '../../config/context-store.ts';
import { fileFailure } from '../../files/failure.ts';

export const command = define({
  usage: 'CONTEXT [FILE|-]',
  arity: { min: 1, max: 2 },
  examples: ['minke context export far far.tar'],
  completeArgs: ['contexts', 'files'],
  flags: {},
  async run(cli, { args }) {
    const [name = '', file] = args;
    const store = new ContextStore(cli.configDirectory);
    const context = getContext(cli, name);
    // The one of flags and environment has no description of its own.
    const meta = Buffer.from(
      JSON.stringify(metaOf(name === 'default' ? { ...context, description: '' } : context)),
    );
    const pems = tlsFiles.flatMap((pem) => {
      const text = store.tls(name, pem);
      return text === undefined ? [] : [[pem, Buffer.from(text)] as const];
    });
    const directory = (path: string): { header: { name: string; type: 'directory'; mode: number } } => ({
      header: { name: path, type: 'directory', mode: 0o700 },
    });
    const tar = writeTar([
      { header: { name: 'meta.json', type: 'file', size: meta.length, mode: 0o644 }, body: meta },
      ...(pems.length === 0 ? [] : [directory('tls/'), directory('tls/docker/')]),
      ...pems.map(([pem, body]) => ({
        header: { name: `tls/docker/${pem}`, type: 'file' as const, size: body.length, mode: 0o600 },
        body,
      })),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(Buffer.from(chunk));
    const data = Buffer.concat(chunks);
    if (file === '-') {
      if (cli.out.isTerminal)
        throw new Error('cowardly refusing to export to a terminal, specify a file path');
      cli.out.raw(data);
      return 0;
    }
    const path = file ?? `${name}.dockercontext`;
    if (existsSync(path)) throw new Error(`open ${path}: file exists`);
    try {
      writeFileSync(path, data, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw fileFailure(path, error);
    }
    cli.err.line(`Written file "${path}"`);
    return 0;
  },
});
