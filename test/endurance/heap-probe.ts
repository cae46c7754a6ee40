/**
 * `node heap-probe.ts PID…`: bytes that are in use on the heaps of running Node programs once their garbage has been
 * collected, a line a program: those of objects, and those of code, which V8 compiles function by function the more
 * often they are called, for hours. Node starts its inspector at SIGUSR1; it is closed again. Run it in the network
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

const SpacesSchema = v.object({
  value: v.pipe(
    v.string(),
    v.parseJson(),
    v.array(v.object({ space_name: v.string(), space_used_size: v.number() })),
  ),
});

/** Machine code and bytecode with what only they refer to. */
const isCode = (space: string): boolean => /^(code|trusted)_/.test(space);

async function heapOf(pid: number): Promise<{ objects: number; code: number }> {
  process.kill(pid, 'SIGUSR1');
  const inspector = await Inspector.open(await until('the inspector', address));
  // What only finalizers hold goes with the second one.
  for (let times = 0; times < 2; times++) await inspector.ask('HeapProfiler.collectGarbage');
  const expression = `JSON.stringify(process.getBuiltinModule('v8').getHeapSpaceStatistics())`;
  const { result } = await inspector.ask('Runtime.evaluate', { expression, returnByValue: true });
  inspector.end();
  await until('the inspector to end', async () => (await address()) === undefined);
  const used = (wanted: boolean) =>
    v
      .parse(SpacesSchema, result)
      .value.filter(({ space_name }) => isCode(space_name) === wanted)
      .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return { objects: used(false), code: used(true) };
}

for (const pid of process.argv.slice(2)) {
  const { objects, code } = await heapOf(Number(pid));
  console.log(`${objects} ${code}`);
}
