import { Duplex, type PassThrough } from 'node:stream';
import type { AttachHello, TaskSpec } from '../../wire/keeper.ts';
import { frameHeader } from '../../wire/stdcopy.ts';

interface Attachment {
  readonly hello: Omit<AttachHello, 'kind'>;
  readonly stream: Duplex;
  /** Input from before the task ran. */
  early: (Buffer | 'end')[];
  input: PassThrough | null;
  /** Called when this one's input has ended. */
  inputEnded: () => void;
}

/** Who is attached to which pretended task. */
export class MemoryAttachments {
  readonly #open = new Set<Attachment>();

  open(hello: Omit<AttachHello, 'kind'>): Duplex {
    const stream = new Duplex({
      allowHalfOpen: true,
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => {
        if (attachment.input === null) attachment.early.push(bytes);
        else if (hello.stdin) attachment.input.write(bytes);
        done();
      },
      final: (done) => {
        if (attachment.input === null) attachment.early.push('end');
        else attachment.inputEnded();
        done();
      },
    });
    const attachment: Attachment = { hello, stream, early: [], input: null, inputEnded: () => {} };
    this.#open.add(attachment);
    stream.on('close', () => this.#open.delete(attachment));
    return stream;
  }

  /** The task runs. */
  begin(task: TaskSpec, stdin: PassThrough): void {
    for (const attachment of this.#of(task.id)) {
      if (attachment.input !== null) continue;
      attachment.input = stdin;
      attachment.inputEnded = () => {
        if (!attachment.hello.stdin) return;
        if ((task.stdinOnce || task.kind === 'exec') && !task.tty) stdin.end();
        else attachment.stream.push(null);
      };
      const { early } = attachment;
      attachment.early = [];
      for (const bytes of early) {
        if (bytes === 'end') attachment.inputEnded();
        else if (attachment.hello.stdin) stdin.write(bytes);
      }
    }
  }

  send(task: TaskSpec, stream: 'stdout' | 'stderr', bytes: Buffer): void {
    const to = task.tty ? 'stdout' : stream;
    for (const attachment of this.#of(task.id)) {
      if (!attachment.hello[to] || attachment.stream.readableEnded) continue;
      attachment.stream.push(task.tty ? bytes : Buffer.concat([frameHeader(to, bytes.length), bytes]));
    }
  }

  end(id: string): void {
    for (const attachment of this.#of(id)) {
      this.#open.delete(attachment);
      attachment.stream.push(null);
    }
  }

  #of(id: string): Attachment[] {
    return [...this.#open].filter(({ hello }) => hello.task === id);
  }
}
