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

interface HelperOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds that it has; 10 seconds where undefined. */
  readonly time?: number;
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

/** Longer no helper may take, in milliseconds, and more it may not say, in characters: it may be anybody's program. */
const TIME = 10_000;
const MOST = 1 << 20;

/** @param input one line */
function call(
  name: string,
  verb: string,
  input: string,
  { env, time = TIME }: HelperOptions,
): Promise<string> {
  const program = programOf(name, env);
  if (/[\r\n\0]/.test(input))
    throw new Error(`what is asked of credential helper ${program} has more than one line`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'inherit'], env });
    const giveUp = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      // Its own children may hold the pipe still.
      child.stdout.destroy();
      reject(new Error(`credential helper ${program} was ended: ${why}`));
    };
    const timer = setTimeout(() => giveUp(`no answer within ${time / 1000} seconds`), time);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      output += data;
      if (output.length > MOST) giveUp(`it said more than ${MOST} characters`);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`credential helper ${program}: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
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
  readonly #options: HelperOptions;

  constructor(name: string, env: NodeJS.ProcessEnv, options: Omit<HelperOptions, 'env'> = {}) {
    this.#name = name;
    this.#options = { ...options, env };
  }

  async get(server: string): Promise<Credentials | undefined> {
    const output = await call(this.#name, 'get', server, this.#options);
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
      this.#options,
    );
  }

  async erase(server: string): Promise<void> {
    await call(this.#name, 'erase', server, this.#options);
  }

  /** Servers it knows. */
  async list(): Promise<string[]> {
    return Object.keys(textMap(parseJson((await call(this.#name, 'list', 'unused', this.#options)) || '{}')));
  }
}
