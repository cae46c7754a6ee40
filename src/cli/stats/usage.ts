import { isObject, type Json, type JsonObject, list, number, object, text } from '../../client/json.ts';

/** What one container uses, worked out of two samples of the daemon. */
export interface Usage {
  readonly id: string;
  readonly name: string;
  /** Percent of one CPU. */
  readonly cpu: number;
  readonly memory: number;
  readonly memoryLimit: number;
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
  readonly pids: number;
}

function cpuPercent(current: JsonObject, previous: JsonObject): number {
  const usage = object(current.cpu_usage);
  const used = number(usage.total_usage) - number(object(previous.cpu_usage).total_usage);
  const passed = number(current.system_cpu_usage) - number(previous.system_cpu_usage);
  const cpus = number(current.online_cpus) || list(usage.percpu_usage, number).length;
  return passed > 0 && used > 0 ? (used / passed) * cpus * 100 : 0;
}

/** Memory without the page cache that could be given back (`total_inactive_file` in cgroup v1, else v2's name). */
function memoryUsed(memory: JsonObject): number {
  const usage = number(memory.usage);
  const stats = object(memory.stats);
  const inactive =
    stats.total_inactive_file === undefined ? number(stats.inactive_file) : number(stats.total_inactive_file);
  return inactive < usage ? usage - inactive : usage;
}

export function usageOf(sample: Json): Usage {
  const data = object(sample);
  const memory = object(data.memory_stats);
  let received = 0;
  let sent = 0;
  for (const network of Object.values(object(data.networks)))
    if (isObject(network)) {
      received += number(network.rx_bytes);
      sent += number(network.tx_bytes);
    }
  let read = 0;
  let written = 0;
  for (const entry of list(object(data.blkio_stats).io_service_bytes_recursive, object)) {
    const first = text(entry.op)[0]?.toLowerCase();
    if (first === 'r') read += number(entry.value);
    else if (first === 'w') written += number(entry.value);
  }
  return {
    id: text(data.id),
    name: text(data.name).replace(/^\//, ''),
    cpu: cpuPercent(object(data.cpu_stats), object(data.precpu_stats)),
    memory: memoryUsed(memory),
    memoryLimit: number(memory.limit),
    received,
    sent,
    read,
    written,
    pids: number(object(data.pids_stats).current),
  };
}
