import { conflict, internal, MinkeError, messageOf } from '../../errors/minke-error.ts';
import type { ContainerUpdateBody } from '../../wire/containers/create.ts';
import type { HostConfigBody } from '../../wire/containers/host-config.ts';
import { announce, type Context, save } from './context.ts';
import type { ContainerUpdate } from './contract.ts';
import { checkResources } from './create/check-resources.ts';
import { checkRestartPolicy, hasPolicy } from './create/restart-policy.ts';
import type { LiveContainer } from './live/container.ts';
import { isGone } from './record/state.ts';
import { relimit } from './relimit.ts';
import { republish } from './republish.ts';
import { linuxResources } from './spec/resources.ts';

const cannot = (id: string, error: unknown): MinkeError => {
  const kind = error instanceof MinkeError ? error.kind : 'internal';
  return new MinkeError(kind, `Cannot update container ${id}: ${messageOf(error)}`, { cause: error });
};

/** The container's limits with those of the request that say something. @throws conflict */
function merged(own: HostConfigBody, asked: ContainerUpdateBody): HostConfigBody {
  if (asked.NanoCpus > 0 && own.CpuPeriod > 0) {
    throw conflict('Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set');
  }
  if (asked.NanoCpus > 0 && own.CpuQuota > 0) {
    throw conflict('Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set');
  }
  if (asked.CpuPeriod > 0 && own.NanoCpus > 0) {
    throw conflict('Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set');
  }
  if (asked.CpuQuota > 0 && own.NanoCpus > 0) {
    throw conflict('Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set');
  }
  // Raising the limit above what memory and swap are allowed together needs that to be raised, too.
  if (asked.Memory > 0 && own.MemorySwap > 0 && asked.Memory > own.MemorySwap && asked.MemorySwap === 0) {
    throw conflict(
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  }
  const policy = asked.RestartPolicy;
  if (policy.Name !== '' && own.AutoRemove && hasPolicy(policy)) {
    throw conflict('Restart policy cannot be updated because AutoRemove is enabled for the container');
  }
  return {
    ...own,
    BlkioWeight: asked.BlkioWeight || own.BlkioWeight,
    CpuShares: asked.CpuShares || own.CpuShares,
    NanoCpus: asked.NanoCpus || own.NanoCpus,
    CpuPeriod: asked.CpuPeriod || own.CpuPeriod,
    CpuQuota: asked.CpuQuota || own.CpuQuota,
    CpusetCpus: asked.CpusetCpus || own.CpusetCpus,
    CpusetMems: asked.CpusetMems || own.CpusetMems,
    Memory: asked.Memory || own.Memory,
    MemorySwap: asked.MemorySwap || own.MemorySwap,
    MemoryReservation: asked.MemoryReservation || own.MemoryReservation,
    CpuRealtimePeriod: asked.CpuRealtimePeriod || own.CpuRealtimePeriod,
    CpuRealtimeRuntime: asked.CpuRealtimeRuntime || own.CpuRealtimeRuntime,
    // Docker keeps "no limit" as 0, whichever way it was said.
    PidsLimit: asked.PidsLimit == null ? own.PidsLimit : Math.max(0, asked.PidsLimit),
    RestartPolicy: policy.Name === '' ? own.RestartPolicy : policy,
  };
}

/** New limits and restart policy, at once where the container runs. */
export async function update(
  context: Context,
  container: LiveContainer,
  body: ContainerUpdateBody,
): Promise<ContainerUpdate> {
  if (body.RestartPolicy.Name !== '') checkRestartPolicy(body.RestartPolicy);
  const { cgroups, host, devices } = context;
  const { resources, warnings } = checkResources(body, { support: cgroups.support, cpus: host.cpus }, true);
  await container.lock.run(async () => {
    const { id, record, run } = container;
    if (isGone(record.state)) {
      throw cannot(id, conflict('container is marked for removal and cannot be "update"'));
    }
    let hostConfig: HostConfigBody;
    try {
      hostConfig = merged(record.hostConfig, { ...body, ...resources });
    } catch (error) {
      throw cannot(id, error);
    }
    if (run !== null) {
      // Only what was asked for; the device rules stay as they are.
      const wanted = linuxResources({ ...resources, OomKillDisable: null, MemorySwappiness: null }, devices);
      const lifted = resources.PidsLimit != null && resources.PidsLimit <= 0 ? { pids: { limit: -1 } } : {};
      const swap = hostConfig.MemorySwap;
      const memory =
        wanted.memory === undefined ? undefined : { ...wanted.memory, ...(swap === 0 ? {} : { swap }) };
      try {
        const all = { ...wanted, ...lifted, ...(memory === undefined ? {} : { memory }) };
        if (Object.keys(all).length > 0) await run.runtime.update(id, all);
      } catch (error) {
        throw cannot(id, internal(messageOf(error), error));
      }
    }
    const ports = await republish(context, container, body).catch((error: unknown) => {
      throw cannot(id, error);
    });
    const endpoints = await relimit(context, container, body).catch((error: unknown) => {
      throw cannot(id, error);
    });
    await save(context, container, { hostConfig: { ...hostConfig, ...ports }, endpoints });
    announce(context, container, 'update');
  });
  const Warnings = warnings.length === 0 ? null : warnings;
  const beyondDocker = [body.PublishAdd, body.PublishRemove, body.EndpointOptions].some(
    (part) => part !== null,
  );
  return beyondDocker
    ? { Warnings, Ports: context.networks.sandbox(container.id)?.ports ?? {} }
    : { Warnings };
}
