/**
 * The program on a real terminal, made by script(1), against a server that takes the daemon's place: what is typed
 * arrives byte by byte, what comes back is shown as it is, and the terminal is afterwards as it was before.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { program } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-terminal-'));
const socket = join(folder, 's');
const [file, ...first] = program;
let server: Server;
/** Typed bytes as they arrived, and calls for a new size. */
let typed: Buffer[] = [];
let sizes: string[] = [];
let onTyped: (data: Buffer, stream: Socket) => void = () => undefined;
/** The container has ended, and what tells it to who waits for that. */
let over = false;
let answer: (() => void) | undefined;
/** Ends the container: who waits is answered now, or as soon as it asks. */
const release = (): void => {
  over = true;
  answer?.();
};
/** The stream that is attached. */
let ended: Socket | undefined;

const hasScript = ((): boolean => {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const skip = hasScript ? false : 'script is not installed';

before(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '');
    response.setHeader('Api-Version', '1.51');
    response.setHeader('Content-Type', 'application/json');
    if (path.endsWith('/exec')) return response.end('{"Id":"e"}');
    if (path.endsWith('/start')) return response.writeHead(204).end();
    if (path.endsWith('/json'))
      return response.end(
        '{"Id":"abc","State":{"Running":true},"Config":{"Tty":true,"OpenStdin":true},"HostConfig":{}}',
      );
    if (path.includes('/wait')) {
      response.flushHeaders();
      answer = () => response.end('{"StatusCode":7}');
      if (over) answer();
      return undefined;
    }
    if (path.includes('/resize')) sizes.push(path.split('?')[1] ?? '');
    return response.end();
  });
  server.on('upgrade', (_request, stream: Socket, head) => {
    stream.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    );
    stream.write('ready\x1b[31m\n\r');
    ended = stream;
    const take = (data: Buffer): void => {
      typed.push(data);
      onTyped(data, stream);
    };
    if (head.length > 0) take(head);
    stream.on('data', take);
    stream.on('error', () => undefined);
    stream.on('end', () => stream.end());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

interface Shown {
  readonly output: string;
  readonly before: string;
  readonly after: string;
  readonly status: string;
}

/** Runs a command in a terminal; `type` is given what the screen shows so far and a way to type. */
function inTerminal(
  command: string,
  type: (screen: string, write: (text: string) => void) => void,
): Promise<Shown> {
  typed = [];
  sizes = [];
  over = false;
  answer = undefined;
  // A terminal that is set back from elsewhere may take a moment.
  const settled = `for i in $(seq 300); do stty -g >${folder}/after; cmp -s ${folder}/before ${folder}/after && break; sleep 0.2; done`;
  const started = `sh -c 'echo $$ >${folder}/pid; tty >${folder}/tty; exec ${program.join(' ')} ${command}'`;
  const inside = `stty rows 33 cols 77; stty -g >${folder}/before; ${started}; echo "status=$?"; ${settled}`;
  const child = spawn('script', ['-q', '-e', '-c', inside, '/dev/null'], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DOCKER_CONFIG: folder,
      DOCKER_HOST: `unix://${socket}`,
      TERM: 'xterm',
      SHELL: '/bin/sh',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdin.on('error', () => undefined); // typed when it had ended already
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString('latin1');
    type(output, (text) => void child.stdin.write(Buffer.from(text, 'latin1')));
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`nothing more after: ${JSON.stringify(output)}`));
    }, 120_000);
    child.on('close', () => {
      clearTimeout(late);
      const read = (name: string): string => execFileSync('cat', [join(folder, name)]).toString();
      resolve({
        output,
        before: read('before'),
        after: read('after'),
        status: /status=(\d+)/.exec(output)?.[1] ?? '',
      });
    });
  });
}

/** Does each step once, when the screen shows what it waits for. */
function steps(
  ...list: readonly (readonly [seen: string, text: string])[]
): (screen: string, write: (text: string) => void) => void {
  let at = 0;
  return (screen, write) => {
    const step = list[at];
    if (step === undefined || !screen.includes(step[0])) return;
    at++;
    write(step[1]);
  };
}

test('every byte arrives, output is not changed, the terminal is given back', { skip }, async () => {
  onTyped = (data, stream) => {
    stream.write(`got:${data.toString('hex')};`);
    if (data.includes(4)) {
      stream.end('bye');
      release();
    }
  };
  const shown = await inTerminal(
    'attach x',
    steps(['ready', '\x03\x1a\x1c'], ['got:', '\r\xe9\x00'], ['0d', '\x04']),
  );
  assert.equal(Buffer.concat(typed).toString('hex'), '031a1c0de90004');
  assert.match(shown.output, /ready\x1b\[31m\n\rgot:/); // a bare line feed stays one
  assert.equal(shown.status, '7');
  assert.equal(shown.after, shown.before);
  assert.ok(sizes.includes('h=33&w=77'), sizes.join(' '));
});

test('the detach keys leave, and are not passed on', { skip }, async () => {
  onTyped = (_data, stream) => stream.write('echo');
  const shown = await inTerminal('attach x', steps(['ready', 'a'], ['echo', '\x10\x11']));
  assert.equal(Buffer.concat(typed).toString(), 'a');
  assert.match(shown.output, /read escape sequence/);
  assert.equal(shown.after, shown.before);
});

test('other detach keys', { skip }, async () => {
  onTyped = (_data, stream) => stream.write('echo');
  const shown = await inTerminal(
    'attach --detach-keys ctrl-a,q x',
    steps(['ready', '\x10\x11'], ['echo', '\x01q']),
  );
  assert.equal(Buffer.concat(typed).toString('hex'), '1011');
  assert.equal(shown.after, shown.before);
});

test('a daemon that goes away gives the terminal back', { skip }, async () => {
  onTyped = (_data, stream) => {
    stream.destroy();
    release();
  };
  const shown = await inTerminal('attach x', steps(['ready', 'x']));
  assert.equal(shown.after, shown.before);
});

test('start attaches to a container that comes up, with keys of its own', { skip }, async () => {
  onTyped = (_data, stream) => stream.write('echo');
  const shown = await inTerminal(
    'start --attach --interactive --detach-keys ctrl-x x',
    steps(['ready', 'a'], ['echo', '\x18']),
  );
  assert.equal(Buffer.concat(typed).toString(), 'a');
  assert.equal(shown.status, '0');
  assert.equal(shown.after, shown.before);
});

test('without standard input nothing that is typed goes anywhere', { skip }, async () => {
  onTyped = () => undefined;
  const shown = await inTerminal('attach --no-stdin --sig-proxy=false x', (screen, write) => {
    if (!screen.includes('ready') || over) return;
    write('a');
    ended?.end();
    release();
  });
  assert.equal(Buffer.concat(typed).toString(), '');
  assert.equal(shown.status, '7');
});

test('exec has detach keys too', { skip }, async () => {
  onTyped = (_data, stream) => stream.write('echo');
  const shown = await inTerminal(
    'exec -it --detach-keys ctrl-x x sh',
    steps(['ready', 'a'], ['echo', '\x18']),
  );
  assert.equal(Buffer.concat(typed).toString(), 'a');
  assert.match(shown.output, /read escape sequence/);
});

const pid = (): number => Number(readFileSync(join(folder, 'pid'), 'utf8'));

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)
  test(`${signal} gives the terminal back`, { skip }, async () => {
    onTyped = () => process.kill(pid(), signal);
    const shown = await inTerminal('attach x', steps(['ready', 'x']));
    assert.equal(shown.after, shown.before);
    assert.notEqual(shown.status, '0');
  });

test('after a stop the terminal is raw again', { skip }, async () => {
  onTyped = (data, stream) => {
    if (data.includes(0x61)) {
      // As a shell does with a program that was stopped and is called back.
      process.kill(pid(), 'SIGSTOP');
      execFileSync('stty', ['-F', readFileSync(join(folder, 'tty'), 'utf8').trim(), 'sane']);
      process.kill(pid(), 'SIGCONT');
      // Only once the signal was taken does it matter what is typed.
      const raw = setInterval(() => {
        if (
          !execFileSync('stty', ['-a', '-F', readFileSync(join(folder, 'tty'), 'utf8').trim()]).includes(
            ' -icanon',
          )
        )
          return;
        clearInterval(raw);
        stream.write('again');
      }, 50);
    } else if (data.includes(3)) {
      stream.end('bye');
      release();
    }
  };
  const shown = await inTerminal('attach x', steps(['ready', 'a'], ['again', '\x03']));
  assert.equal(Buffer.concat(typed).toString('hex'), '6103');
  assert.equal(shown.status, '7');
  assert.equal(shown.after, shown.before);
});

test('a window that changes its size is followed', { skip }, async () => {
  onTyped = (data, stream) => {
    if (data.includes(0x61)) {
      execFileSync('stty', [
        '-F',
        readFileSync(join(folder, 'tty'), 'utf8').trim(),
        'rows',
        '50',
        'cols',
        '120',
      ]);
      const seen = setInterval(() => {
        if (!sizes.includes('h=50&w=120')) return;
        clearInterval(seen);
        stream.end();
        release();
      }, 20);
    }
  };
  await inTerminal('attach x', steps(['ready', 'a']));
  assert.equal(sizes.at(-1), 'h=50&w=120');
});

test('a reader that goes away ends the program without a word, as SIGPIPE does', async () => {
  const env = { PATH: process.env.PATH, HOME: folder, DOCKER_HOST: `unix://${socket}` };
  const child = spawn(file, [...first, 'run', '--help'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([status, said], [141, '']);
});

test('a terminal is not given where there is none', async () => {
  const env = { PATH: process.env.PATH, HOME: folder, DOCKER_HOST: `unix://${socket}` };
  const child = spawn(file, [...first, 'exec', '-it', 'x', 'sh'], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 1);
  assert.match(said, /the input device is not a TTY/);
});
