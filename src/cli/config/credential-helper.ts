import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { isObject, parseJson, text, textMap } from '../../client/json.ts';

/** What a registry is entered with. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** In place of a password, from registries with tokens. */
  readonly identityToken: string;
}

/** Helpers say this for a registry they know nothing of. */
const notFound = 'credentials not found in native keychain';

/** The helper's program; only plain names, only on absolute folders of the PATH that others can't write to. */
function programOf(name: string, env: NodeJS.ProcessEnv): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name))
    throw new Error(`credential helper ${JSON.stringify(name)} has a name that is not allowed`);
  const program = `docker-credential-${name}`;
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
    } catch {
      continue;
    }
    const own = process.getuid?.() ?? 0;
    for (const checked of [folder, path]) {
      const { uid, mode } = statSync(checked);
      if ((uid !== 0 && uid !== own) || (mode & 0o022) !== 0)
        throw new Error(`credential helper ${path} is not used: ${checked} can be changed by other users`);
    }
    return path;
  }
  throw new Error(
    `error getting credentials - err: exec: "${program}": executable file not found in $PATH, out: \`\``,
  );
}

function call(name: string, verb: string, input: string, env: NodeJS.ProcessEnv): Promise<string> {
  const program = programOf(name, env);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'inherit'], env });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      output += data;
    });
    child.once('error', (error) =>
      reject(new Error(`credential helper ${program}: ${error.message}`, { cause: error })),
    );
    child.once('close', (code) => {
      const said = output.trim();
      if (code === 0) resolve(output);
      else if (said === notFound) resolve('');
      else reject(new Error(`error getting credentials - err: exit status ${code}, out: \`${said}\``));
    });
    child.stdin.on('error', () => undefined); // the exit status tells
    child.stdin.end(input);
  });
}

/** Protocol of docker-credential-helpers: `get`, `store`, `erase`, `list` over standard input and output. */
export class CredentialHelper {
  readonly #name: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(name: string, env: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#env = env;
  }

  async get(server: string): Promise<Credentials | undefined> {
    const output = await call(this.#name, 'get', server, this.#env);
    if (output === '') return undefined;
    const answer = parseJson(output);
    if (!isObject(answer)) return undefined;
    const username = text(answer.Username);
    const secret = text(answer.Secret);
    return username === '<token>'
      ? { username: '', password: '', identityToken: secret }
      : { username, password: secret, identityToken: '' };
  }

  async store(server: string, credentials: Credentials): Promise<void> {
    const isToken = credentials.identityToken !== '';
    await call(
      this.#name,
      'store',
      JSON.stringify({
        ServerURL: server,
        Username: isToken ? '<token>' : credentials.username,
        Secret: isToken ? credentials.identityToken : credentials.password,
      }),
      this.#env,
    );
  }

  async erase(server: string): Promise<void> {
    await call(this.#name, 'erase', server, this.#env);
  }

  /** Servers it knows. */
  async list(): Promise<string[]> {
    return Object.keys(textMap(parseJson((await call(this.#name, 'list', 'unused', this.#env)) || '{}')));
  }
}
