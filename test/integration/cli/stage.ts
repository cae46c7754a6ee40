/**
 * A real engine with something of everything in it, for command lines that only look: what Docker's own client prints
 * there is what ours must print.
 */
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type CommandResult, command } from '../../harness/command.ts';
import type { Engine, EngineName } from '../../harness/engine/contract.ts';
import { MODERN_CLIENT } from '../../harness/engine/daemon.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';
import { words } from '../../harness/words.ts';

const OURS = process.env.MINKE_CLI ?? resolve(import.meta.dirname, '../../../bin/minke');

/** Lines that set the stage, typed with Docker's client. */
const scene: readonly string[] = [
  'network create --label tier=back --label plain --subnet 10.91.7.0/24 --gateway 10.91.7.1 back',
  'network create --internal -o com.docker.network.bridge.name=br-inner --subnet 10.92.7.0/24 inner',
  'volume create --label kind=data --label plain data',
  'volume create logs',
  'volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=1m small',
  `create --name maker --label a=b busybox sh -c "echo 'a b' > /made"`,
  `commit -m "what was made" -a "somebody <a@b>" -c "ENV MADE=1 OTHER='two words'" -c 'CMD ["sh","-c","echo hi"]' -c "LABEL tier=front" -c "EXPOSE 80/tcp" -c "VOLUME /var/made" -c "HEALTHCHECK NONE" maker made:1`,
  'tag made:1 registry.example:5000/team/made:v2',
  'tag busybox other/busybox',
  'run -d --name web --network back -p 127.0.0.1:18080:80 -p 18443-18445:443-445 -p 53/udp --label app=web --label tier=front --label empty= -v data:/data -v /tmp:/host:ro --mount type=tmpfs,dst=/scratch -e A=1 -e "SECRET=two words" --health-cmd true --health-interval 500ms --memory 64m --cpus 0.5 --restart unless-stopped --hostname web --add-host db:10.0.0.9 --dns 9.9.9.9 --ulimit nofile=100:200 --cap-add NET_ADMIN busybox sleep 3600',
  'run -d --name still --label app=worker busybox sleep 3600',
  'pause still',
  `run --name done --label app=job busybox sh -c "echo out; echo err >&2; echo 'wïde ✓ 漢字'; touch /new; rm /etc/group"`,
  'run --name failed busybox sh -c "exit 3"',
  'create --name fresh -it --entrypoint sh busybox -c "a very long command that is surely cut off when it is listed in a table"',
  'run -d -t --name screen busybox sh -c "echo on a terminal; sleep 3600"',
  'run -d --name second --network name=inner --network name=back,alias=db,ip=10.91.7.77 busybox sleep 3600',
];

/** As the scene, of lines that may fail: their status is no matter. */
const attempts = new Set(['failed']);

export interface Stage {
  readonly engine: Engine;
  readonly theirs: (args: readonly string[]) => Promise<CommandResult>;
  readonly ours: (args: readonly string[]) => Promise<CommandResult>;
  stop(): Promise<void>;
}

export async function setStage(name: EngineName): Promise<Stage> {
  const engine = await startEngine(name, { client: MODERN_CLIENT });
  try {
    await loadBusybox(engine);
    for (const line of scene) {
      const result = await engine.docker(words(line));
      const mayFail = [...attempts].some((container) => line.includes(`--name ${container} `));
      if (result.code !== 0 && !mayFail) throw new Error(`docker ${line}\n${result.stderr}`);
    }
    await until('web to be healthy', async () =>
      (await engine.docker(['inspect', '-f', '{{.State.Health.Status}}', 'web'])).stdout.includes('healthy'),
    );
    // Called `docker`, it names itself so in what it says.
    const folder = join(engine.dataRoot, '../ours');
    await mkdir(folder);
    await symlink(OURS, join(folder, 'docker'));
    const run = (program: string) => (args: readonly string[]) =>
      command([program, ...args], { env: { ...engine.env, TZ: 'UTC' }, cwd: folder, timeout: 120_000 });
    return {
      engine,
      theirs: run(engine.client),
      ours: run(join(folder, 'docker')),
      stop: async () => {
        await engine.stop();
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
