import { randomBytes } from 'node:crypto';
import type { RecordStore } from '../../drivers/state/contract.ts';
import type { VolumeDriver } from '../../drivers/volume/contract.ts';
import { conflict, MinkeError, messageOf, notFound } from '../../errors/minke-error.ts';
import type { Filters } from '../../kit/filters/filters.ts';
import { KeyedLock } from '../../kit/lock/keyed-lock.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Volume } from '../../wire/generated/engine-api.ts';
import type { Events } from '../events/contract.ts';
import type { VolumeCreate, Volumes, VolumeUse } from './contract.ts';
import {
  ANONYMOUS,
  describeVolume,
  isAnonymous,
  isPlain,
  type VolumeEntry,
  type VolumeRecord,
} from './record.ts';
import { restoreVolumes, unmountIdle } from './restore.ts';
import { selectForPrune, selectVolumes } from './select.ts';

export interface VolumeServiceOptions {
  /** `<data-root>/volumes/<name>/volume.json`; schema `VolumeRecordSchema`. */
  readonly records: RecordStore<VolumeRecord>;
  /** `local` among them. */
  readonly drivers: readonly VolumeDriver[];
  readonly events: Events;
  readonly log: Logger;
  readonly now?: () => Date;
}

type VolumeReferences = Parameters<Volumes['restore']>[0];

const DEFAULT_DRIVER = 'local';

/** What the client reads says which operation on which volume failed. */
function about(operation: string, name: string, error: unknown): MinkeError {
  const kind = error instanceof MinkeError ? error.kind : 'internal';
  return new MinkeError(kind, `${operation} ${name}: ${messageOf(error)}`, { cause: error });
}

const emptyToAbsent = (map: Readonly<Record<string, string>>): Record<string, string> | undefined =>
  Object.keys(map).length === 0 ? undefined : { ...map };

export class VolumeService implements Volumes {
  readonly #options: VolumeServiceOptions;
  readonly #drivers: ReadonlyMap<string, VolumeDriver>;
  readonly #entries = new Map<string, VolumeEntry>();
  readonly #locks = new KeyedLock();
  #pruning = false;

  constructor(options: VolumeServiceOptions) {
    this.#options = options;
    this.#drivers = new Map(options.drivers.map((driver) => [driver.name, driver]));
  }

  async create(request: VolumeCreate): Promise<Volume> {
    const named = this.#named(request);
    return describeVolume(await this.#locks.run(named.name, () => this.#obtain(named)));
  }

  async inspect(name: string): Promise<Volume> {
    return describeVolume(this.#get(name));
  }

  async list(filters: Filters): Promise<{ volumes: Volume[]; warnings: string[] }> {
    return { volumes: selectVolumes(this.#entries.values(), filters).map(describeVolume), warnings: [] };
  }

  async remove(name: string, force: boolean): Promise<void> {
    await this.#locks.run(name, async () => {
      if (force && !this.#entries.has(name)) return;
      const entry = this.#get(name);
      if (entry.containers.size > 0) {
        throw conflict(`remove ${name}: volume is in use - [${[...entry.containers].join(', ')}]`);
      }
      await this.#destroy(entry, force);
    });
  }

  async prune(filters: Filters): Promise<{ deleted: string[]; spaceReclaimed: number }> {
    const candidates = selectForPrune(this.#entries.values(), filters);
    if (this.#pruning) throw conflict('a prune operation is already running');
    this.#pruning = true;
    try {
      const deleted: string[] = [];
      let spaceReclaimed = 0;
      for (const { name } of candidates) {
        const size = await this.#pruneOne(name);
        if (size === undefined) continue;
        deleted.push(name);
        spaceReclaimed += size;
      }
      this.#say('prune', '', { reclaimed: String(spaceReclaimed) });
      return { deleted, spaceReclaimed };
    } finally {
      this.#pruning = false;
    }
  }

  async usage(): ReturnType<Volumes['usage']> {
    const plain = [...this.#entries.values()].filter(isPlain);
    return Promise.all(
      plain.map(async (entry) => ({
        ...describeVolume(entry),
        UsageData: { RefCount: entry.containers.size, Size: await this.#size(entry) },
      })),
    );
  }

  async refer(request: VolumeCreate, container: string): Promise<Volume> {
    const named = this.#named(request);
    return this.#locks.run(named.name, async () => {
      const entry = await this.#obtain(named);
      entry.containers.add(container);
      return describeVolume(entry);
    });
  }

  async release(name: string, container: string, options: { removeAnonymous: boolean }): Promise<void> {
    await this.#locks.run(name, async () => {
      const entry = this.#entries.get(name);
      if (entry === undefined) return;
      await this.#letGo(entry, container);
      entry.containers.delete(container);
      if (!options.removeAnonymous || entry.containers.size > 0 || !isAnonymous(entry)) return;
      try {
        await this.#destroy(entry, false);
      } catch (error) {
        // The container goes all the same; prune finds the volume later.
        this.#options.log.warn('anonymous volume stays', { volume: name, error: messageOf(error) });
      }
    });
  }

  async mount(name: string, container: string, use?: VolumeUse): Promise<string> {
    return this.#locks.run(name, async () => {
      const entry = this.#get(name);
      const path = await entry.driver.mount(name, entry.record.Options ?? {}).catch((error: unknown) => {
        throw about('error while mounting volume', `'${entry.driver.path(name)}'`, error);
      });
      entry.containers.add(container);
      entry.mounted.set(container, use !== undefined);
      if (use !== undefined) {
        this.#say('mount', name, {
          driver: entry.driver.name,
          container,
          destination: use.destination,
          'read/write': String(use.writable),
          propagation: use.propagation,
        });
      }
      return path;
    });
  }

  async unmount(name: string, container: string): Promise<void> {
    await this.#locks.run(name, async () => {
      const entry = this.#entries.get(name);
      if (entry !== undefined) await this.#letGo(entry, container);
    });
  }

  async restore(references: VolumeReferences): Promise<void> {
    const { records, log } = this.#options;
    for (const entry of await restoreVolumes(records, this.#drivers, log, this.#time())) {
      this.#entries.set(entry.name, entry);
      const use = references.get(entry.name);
      for (const container of use?.containers ?? []) entry.containers.add(container);
      for (const container of use?.running ?? []) entry.mounted.set(container, true);
      if (entry.mounted.size === 0) await unmountIdle(entry, log);
    }
  }

  #get(name: string): VolumeEntry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw notFound(`get ${name}: no such volume`);
    return entry;
  }

  #named(request: VolumeCreate): VolumeCreate {
    if (request.name !== '') return request;
    const name = randomBytes(32).toString('hex');
    return { ...request, name, labels: { ...request.labels, [ANONYMOUS]: '' } };
  }

  /** The volume of that name, made where there is none. The name's lock is held. */
  async #obtain({ name, driver: wanted, driverOpts, labels }: VolumeCreate): Promise<VolumeEntry> {
    try {
      const known = this.#entries.get(name);
      const driver = this.#driver(wanted === '' && known !== undefined ? known.driver.name : wanted);
      if (known !== undefined) {
        if (known.driver === driver) return known;
        throw conflict(
          `driver '${known.driver.name}' already has volume '${name}': volume name must be unique`,
        );
      }
      return await this.#make(name, driver, driverOpts, labels);
    } catch (error) {
      throw about('create', name, error);
    }
  }

  async #make(
    name: string,
    driver: VolumeDriver,
    driverOpts: Readonly<Record<string, string>>,
    labels: Readonly<Record<string, string>>,
  ): Promise<VolumeEntry> {
    driver.check(name, driverOpts);
    const [options, kept] = [emptyToAbsent(driverOpts), emptyToAbsent(labels)];
    const record: VolumeRecord = {
      Driver: driver.name,
      ...(options === undefined ? {} : { Options: options }),
      ...(kept === undefined ? {} : { Labels: kept }),
      CreatedAt: this.#time(),
    };
    await this.#options.records.put(name, record);
    try {
      await driver.create(name, driverOpts);
    } catch (error) {
      await this.#options.records.delete(name);
      throw error;
    }
    const entry = {
      name,
      driver,
      record,
      containers: new Set<string>(),
      mounted: new Map<string, boolean>(),
    };
    this.#entries.set(name, entry);
    this.#say('create', name, { driver: driver.name });
    return entry;
  }

  #driver(name: string): VolumeDriver {
    const driver = this.#drivers.get(name || DEFAULT_DRIVER);
    if (driver === undefined) {
      throw notFound(`error looking up volume plugin ${name}: plugin ${JSON.stringify(name)} not found`);
    }
    return driver;
  }

  /** With `force` the record goes even where the driver fails. The name's lock is held. */
  async #destroy(entry: VolumeEntry, force: boolean): Promise<void> {
    const { name, driver } = entry;
    try {
      await driver.remove(name);
    } catch (error) {
      if (!force) throw about('remove', name, error);
      this.#options.log.warn('volume removed by force', { volume: name, error: messageOf(error) });
    }
    this.#entries.delete(name);
    await this.#options.records.delete(name);
    this.#say('destroy', name, { driver: driver.name });
  }

  /** Bytes of a pruned volume; undefined where it is needed now or won't go. */
  #pruneOne(name: string): Promise<number | undefined> {
    return this.#locks.run(name, async () => {
      const entry = this.#entries.get(name);
      if (entry === undefined || entry.containers.size > 0) return undefined;
      const size = await this.#size(entry);
      try {
        await this.#destroy(entry, false);
      } catch (error) {
        this.#options.log.warn('volume was not pruned', { volume: name, error: messageOf(error) });
        return undefined;
      }
      return Math.max(0, size);
    });
  }

  async #letGo(entry: VolumeEntry, container: string): Promise<void> {
    const told = entry.mounted.get(container);
    if (told === undefined) return;
    entry.mounted.delete(container);
    if (entry.mounted.size === 0) await entry.driver.unmount(entry.name);
    if (told) this.#say('unmount', entry.name, { driver: entry.driver.name, container });
  }

  /** -1 where it can't be told. */
  async #size(entry: VolumeEntry): Promise<number> {
    try {
      return await entry.driver.size(entry.name);
    } catch (error) {
      this.#options.log.warn('volume of unknown size', { volume: entry.name, error: messageOf(error) });
      return -1;
    }
  }

  #say(action: string, id: string, attributes: Record<string, string>): void {
    this.#options.events.publish({ type: 'volume', action, id, attributes });
  }

  #time(): string {
    return (this.#options.now?.() ?? new Date()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}
