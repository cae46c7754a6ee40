/**
 * `node heap-probe.ts PID…`: bytes that are in use on the heaps of running Node programs once their garbage has been
 * collected, a line a program. Node starts its inspector at SIGUSR1; it is closed again. Run it in the network
 * namespace of the programs, where the inspector listens.
 */
import * as v from 'valibot';
import { until } from '../harness/until.ts';

const LIST = 'http://127.0.0.1:9229/json/list';

const ListSchema = v.tupleWithRest([v.object({ webSocketDebuggerUrl: v.string() })], v.unknown());
const AnswerSchema = v.object({
  id: v.optional(v.number()),
  result: v.optional(v.record(v.string(), v.unknown())),
  error: v.optional(v.object({ message: v.string() })),
});

async function address(): Promise<string | undefined> {
  const answer = await fetch(LIST).catch(() => undefined);
  if (answer === undefined) return undefined;
  const [first] = v.parse(ListSchema, await answer.json());
  return first.webSocketDebuggerUrl;
}

/** One call of the inspector's protocol after the other. */
class Inspector {
  readonly #socket: WebSocket;
  #number = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => resolve(new Inspector(socket)), { once: true });
      socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)), { once: true });
    });
  }

  ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.#number += 1;
    const id = this.#number;
    return new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent) => {
        const said = v.parse(AnswerSchema, JSON.parse(String(data)));
        if (said.id !== id) return;
        this.#socket.removeEventListener('message', hear);
        if (said.error === undefined) resolve(said.result ?? {});
        else reject(new Error(`${method}: ${said.error.message}`));
      };
      this.#socket.addEventListener('message', hear);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The program ends its inspector, and with it this connection. */
  end(): void {
    const expression = 'process._debugEnd()';
    this.#socket.send(JSON.stringify({ id: 0, method: 'Runtime.evaluate', params: { expression } }));
  }
}

async function heapOf(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1');
  const inspector = await Inspector.open(await until('the inspector', address));
  // What only finalizers hold goes with the second one.
  for (let times = 0; times < 2; times++) await inspector.ask('HeapProfiler.collectGarbage');
  const { usedSize } = await inspector.ask('Runtime.getHeapUsage');
  inspector.end();
  await until('the inspector to end', async () => (await address()) === undefined);
  return Number(usedSize);
}

for (const pid of process.argv.slice(2)) console.log(await heapOf(Number(pid)));
