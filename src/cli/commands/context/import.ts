import { bool, isObject, object, parseJson, text } from '../../../client/json.ts';
import { readTar } from '../../../kit/tar/read-tar.ts';
import { command as define } from '../../command.ts';
import { ContextStore, checkContextName, type TlsFile, tlsFiles } from '../../config/context-store.ts';
import { openSource } from '../../files/source.ts';

/** A context is a few kilobytes of JSON and certificates. */
const largest = 10 * 1024 * 1024;

interface Imported {
  readonly meta: string;
  readonly tls: ReadonlyMap<TlsFile, string>;
}

/** Reads only the names that a context has; anything else in the archive is refused (CVE row J3). */
async function readContext(tar: AsyncIterable<Buffer>): Promise<Imported> {
  let meta: string | undefined;
  const tls = new Map<TlsFile, string>();
  for await (const { header, body } of readTar(tar)) {
    const name = header.name.replace(/\/$/, '');
    if (header.type === 'directory' && ['tls', 'tls/docker'].includes(name)) continue;
    const pem = tlsFiles.find((file) => name === `tls/docker/${file}`);
    if (header.type !== 'file' || (name !== 'meta.json' && pem === undefined))
      throw new Error(`unexpected context file: ${JSON.stringify(header.name)}`);
    const content = (await body.bytes(largest)).toString();
    if (pem === undefined) meta = content;
    else tls.set(pem, content);
  }
  if (meta === undefined) throw new Error('invalid context: no metadata found');
  return { meta, tls };
}

export const command = define({
  usage: 'CONTEXT FILE|-',
  arity: { min: 2, max: 2 },
  examples: ['minke context import far far.tar'],
  completeArgs: ['contexts', 'files'],
  flags: {},
  async run(cli, { args }) {
    const [name = '', file = ''] = args;
    checkContextName(name);
    const store = new ContextStore(cli.configDirectory);
    if (store.has(name)) throw new Error(`context "${name}" already exists`);
    const input: AsyncIterable<Buffer> = file === '-' ? process.stdin : openSource(file);
    const { meta, tls } = await readContext(input);
    const data = parseJson(meta);
    if (!isObject(data)) throw new Error('invalid context: metadata is no object');
    const docker = object(object(data.Endpoints).docker);
    store.put({
      name,
      description: text(object(data.Metadata).Description),
      host: text(docker.Host),
      skipTlsVerify: bool(docker.SkipTLSVerify),
      others: data,
    });
    store.putTls(name, tls);
    cli.out.line(name);
    cli.err.line(`Successfully imported context "${name}"`);
    return 0;
  },
});
