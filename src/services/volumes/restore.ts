import type { RecordStore } from '../../drivers/state/contract.ts';
import type { VolumeDriver } from '../../drivers/volume/contract.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { VolumeEntry, VolumeRecord } from './record.ts';

/**
 * What is there at a start of the daemon. A record without data is a creation or a removal that was cut off, and
 * goes; data without a record (someone put it there, or its record broke) is kept as a plain volume.
 */
export async function restoreVolumes(
  store: RecordStore<VolumeRecord>,
  drivers: ReadonlyMap<string, VolumeDriver>,
  log: Logger,
  now: string,
): Promise<VolumeEntry[]> {
  const { records, warnings } = await store.load();
  for (const problem of warnings) log.warn('volumes', { problem });
  for (const [name, { Driver }] of records) {
    if (!drivers.has(Driver)) log.warn('volume without a driver', { volume: name, driver: Driver });
  }
  const entries: VolumeEntry[] = [];
  for (const driver of drivers.values()) {
    const present = new Set(await driver.restore());
    for (const [name, record] of records) {
      if (record.Driver === driver.name && !present.has(name)) await store.delete(name);
    }
    for (const name of present) {
      const known = records.get(name);
      if (known !== undefined && known.Driver !== driver.name) continue;
      const record = known ?? { Driver: driver.name, CreatedAt: now };
      entries.push({ name, driver, record, containers: new Set(), mounted: new Map() });
      if (known === undefined) await store.put(name, record);
    }
  }
  return entries;
}

/** A mount that outlived its containers. */
export async function unmountIdle({ name, driver }: VolumeEntry, log: Logger): Promise<void> {
  try {
    await driver.unmount(name);
  } catch (error) {
    log.warn('volume stays mounted', { volume: name, error: messageOf(error) });
  }
}
