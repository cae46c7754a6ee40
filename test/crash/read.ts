/** What an engine is asked by who looks at it. */
import * as v from 'valibot';
import type { Engine } from '../harness/engine/contract.ts';
import { unframed } from './requests.ts';

const ListSchema = v.array(v.object({ Id: v.string(), Names: v.array(v.string()), State: v.string() }));
const InspectSchema = v.object({
  State: v.object({ Status: v.string(), Pid: v.number(), ExitCode: v.number() }),
  NetworkSettings: v.object({
    Ports: v.nullish(v.record(v.string(), v.nullish(v.array(v.object({ HostPort: v.string() }))))),
    Networks: v.record(v.string(), v.object({ NetworkID: v.string(), IPAddress: v.string() })),
  }),
});
export type Inspected = v.InferOutput<typeof InspectSchema>;

/** @throws where the engine answers anything but 200, or not what the schema says */
export async function get<T>(engine: Engine, path: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const { status, json, text } = await engine.api('GET', path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
  return v.parse(schema, json);
}

export interface Listed {
  readonly name: string;
  readonly state: string;
}

/** All containers that there are. */
export async function listed(engine: Engine): Promise<Listed[]> {
  const list = await get(engine, '/containers/json?all=1', ListSchema);
  return list.map(({ Names: [name = ''], State }) => ({ name: name.slice(1), state: State }));
}

export const inspected = (engine: Engine, name: string): Promise<Inspected> =>
  get(engine, `/containers/${name}/json`, InspectSchema);

/** A container's log as text. */
export async function logOf(engine: Engine, name: string): Promise<string> {
  const { status, bytes, text } = await engine.api('GET', `/containers/${name}/logs?stdout=1&stderr=1`);
  if (status !== 200) throw new Error(`logs of ${name}: ${status} ${text}`);
  return unframed(bytes);
}
