import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { unavailable } from '../../errors/minke-error.ts';
import type { Address } from './address.ts';

type SshAddress = Extract<Address, { kind: 'ssh' }>;

/** One word for a POSIX shell. */
export const shellQuote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The argument vector of ssh. The far shell sees each word quoted; the host can't be taken for an option. */
export function sshArguments(address: SshAddress): string[] {
  const remote = ['docker'];
  if (address.path !== '') remote.push('--host', `unix://${address.path}`);
  remote.push('system', 'dial-stdio');
  return [
    '-o',
    'ConnectTimeout=30',
    '-T',
    ...(address.user === undefined ? [] : ['-l', address.user]),
    ...(address.port === undefined ? [] : ['-p', address.port]),
    '--',
    address.host,
    ...remote.map(shellQuote),
  ];
}

/** A byte stream through `ssh host docker system dial-stdio`. Its complaint becomes the stream's error. */
export async function dialSsh(address: SshAddress, signal?: AbortSignal): Promise<Duplex> {
  const child = spawn('ssh', sshArguments(address), {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4096);
  });
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => void child.stdout.resume(),
    write: (chunk, _encoding, done) => {
      if (child.stdin.write(chunk)) done();
      else child.stdin.once('drain', () => done());
    },
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.stdin.on('error', () => undefined); // the exit status tells why
  child.once('error', (error) =>
    stream.destroy(unavailable(`error during connect: ${error.message}`, error)),
  );
  child.once('close', (code) => {
    if (code === 0 || code === null) stream.push(null);
    else
      stream.destroy(
        unavailable(
          `error during connect: command [ssh ${sshArguments(address).join(' ')}] has exited with exit status ${code}, ` +
            `make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=${complaint.trim()}`,
        ),
      );
  });
  return stream;
}
