import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { conflict, invalid, messageOf } from '../../errors/minke-error.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import { recordFiles, writeRecord } from '../record-files.ts';
import { ProxiesSchema } from '../schema.ts';
import { type OpenProxy, sameTarget } from './contract.ts';
import { Forwarder } from './forwarder.ts';
import type { ForwarderProgram } from './forwarder-link.ts';
import { holdSctpPort } from './sctp-port.ts';
import { openUdpProxy } from './udp-proxy.ts';

/** What is listened on. */
const portOf = ({ proto, hostIp, hostPort }: ProxySpec): string => [proto, hostIp, hostPort].join(' ');

/** By port. @throws conflict, where one port is to lead to two places */
function byPort(specs: readonly ProxySpec[]): Map<string, ProxySpec> {
  const wanted = new Map<string, ProxySpec>();
  for (const spec of specs) {
    if (!sameTarget(wanted.get(portOf(spec)) ?? spec, spec))
      throw conflict(`${portOf(spec)}: bind: address already in use`);
    wanted.set(portOf(spec), spec);
  }
  return wanted;
}

/** The userland proxy: host ports that the keeper passes on, by container. On disk too, for the next keeper. */
export class Proxies {
  readonly #folder: string;
  readonly #tcp: Forwarder;
  readonly #open = new Map<string, Map<string, OpenProxy>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(folder: string, forwarder: ForwarderProgram) {
    this.#folder = folder;
    this.#tcp = new Forwarder(forwarder);
  }

  get size(): number {
    return this.#open.size;
  }

  /** States a container's proxies. All or nothing: where one can't be opened, those from before stay. */
  set(container: string, specs: readonly ProxySpec[]): Promise<void> {
    if (!/^[a-z0-9-]+$/.test(container)) throw invalid(`invalid container id: ${JSON.stringify(container)}`);
    return this.#inTurn(() => this.#set(container, specs));
  }

  /** Closes those of all containers but these. */
  keep(containers: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      // An earlier keeper's too that were not taken over yet.
      const recorded = recordFiles(this.#folder).map((path) => basename(path, '.json'));
      const others = new Set([...this.#open.keys(), ...recorded]);
      for (const container of containers) others.delete(container);
      for (const container of others) await this.#set(container, []);
    });
  }

  /** Opens again what an earlier keeper had open. */
  async adoptAll(): Promise<void> {
    for (const path of recordFiles(this.#folder)) {
      try {
        // Read in its turn: what the daemon said meanwhile is in the file, or the file has gone.
        await this.#inTurn(async () => {
          if (!existsSync(path)) return;
          const { container, proxies } = v.parse(ProxiesSchema, JSON.parse(readFileSync(path, 'utf8')));
          await this.#set(container, proxies);
        });
      } catch (error) {
        writeStandardError(`${path}: ${messageOf(error)}\n`);
      }
    }
  }

  /** Resolves when all that was stated before is done. */
  settled(): Promise<void> {
    return this.#turn;
  }

  /** One after another, so that two statements on one container do not mix. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #openOne(spec: ProxySpec): Promise<OpenProxy> {
    if (spec.proto === 'tcp') return this.#tcp.open(spec);
    if (spec.proto === 'udp') return openUdpProxy(spec);
    return holdSctpPort(spec);
  }

  async #set(container: string, specs: readonly ProxySpec[]): Promise<void> {
    const before = this.#open.get(container) ?? new Map<string, OpenProxy>();
    const wanted = byPort(specs);
    const opened = new Map<string, OpenProxy>();
    try {
      for (const [port, spec] of wanted) if (!before.has(port)) opened.set(port, await this.#openOne(spec));
      this.#write(container, specs);
    } catch (error) {
      for (const proxy of opened.values()) await proxy.close();
      throw error;
    }
    for (const [port, proxy] of before) {
      const spec = wanted.get(port);
      if (spec === undefined) await proxy.close();
      else {
        await proxy.leadTo(spec);
        opened.set(port, proxy);
      }
    }
    if (opened.size > 0) this.#open.set(container, opened);
    else this.#open.delete(container);
  }

  #write(container: string, proxies: readonly ProxySpec[]): void {
    const path = join(this.#folder, `${container}.json`);
    if (proxies.length === 0) {
      rmSync(path, { force: true });
      return;
    }
    writeRecord(path, { container, proxies });
  }
}
