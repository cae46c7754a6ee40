/**
 * `sh scripts/with-node.sh scripts/bench-limits.ts`: how near the limits of a container's traffic come to what was
 * asked for, in both directions, by iperf3. Fails where one is more than a tenth off. Builds first. Needs root; nothing
 * else should run meanwhile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as v from 'valibot';
import { must } from '../test/harness/command.ts';
import { startEngine } from '../test/harness/engine/start.ts';
import { loadBusybox } from '../test/harness/images/busybox.ts';
import { until } from '../test/harness/until.ts';
import { iperf3 } from './peers/iperf3.ts';
import { build } from './tests/build.ts';

/** Of iperf3, in bits a second of payload. */
const Report = v.object({ end: v.object({ sum_received: v.object({ bits_per_second: v.number() }) }) });
const rates = [1, 10, 100, 500];
const seconds = 5;

if ((await build()).failed > 0) process.exit(1);
const { program, libraries } = await iperf3();
const env = { ...process.env, LD_LIBRARY_PATH: libraries };
const engine = await startEngine('minke');
let worst = 0;
try {
  await loadBusybox(engine);
  await engine.docker(['run', '-d', '--name', 'box', 'busybox', 'sleep', '3600']);
  const read = async (format: string) =>
    (await engine.docker(['inspect', '-f', format, 'box'])).stdout.trim();
  const pid = await read('{{.State.Pid}}');
  const gateway = await read('{{.NetworkSettings.Networks.bridge.Gateway}}');
  const host = ['nsenter', `--net=/run/netns/${engine.netns}`, program];
  const [command = '', ...args] = [...host, '-s'];
  const server = spawn(command, args, { env, stdio: 'ignore' });
  await until('iperf3 to listen', async () => (await engine.inside(['ss', '-ltn'])).stdout.includes(':5201'));
  console.log('| direction | asked for | measured | off by |\n| --- | --- | --- | --- |');
  for (const rate of rates) {
    for (const [direction, flags] of [
      ['egress', []],
      ['ingress', ['-R']],
    ] as const) {
      const change = { [`minke.${direction}`]: `${rate}mbit` };
      const body = { EndpointOptions: { bridge: { 'minke.egress': '', 'minke.ingress': '', ...change } } };
      const { status, text } = await engine.api('POST', '/containers/box/update', body);
      if (status !== 200) throw new Error(text);
      const argv = [
        'nsenter',
        `--net=/proc/${pid}/ns/net`,
        program,
        '-c',
        gateway,
        '-J',
        '-t',
        String(seconds),
        '-O',
        '1',
      ];
      const answer = v.parse(Report, JSON.parse(await must([...argv, ...flags], { env })));
      const measured = answer.end.sum_received.bits_per_second / 1e6;
      const off = Math.abs(measured - rate) / rate;
      worst = Math.max(worst, off);
      console.log(
        `| ${direction} | ${rate} Mbit/s | ${measured.toFixed(2)} Mbit/s | ${(100 * off).toFixed(1)} % |`,
      );
    }
  }
  const ended = once(server, 'exit');
  server.kill();
  await ended;
} finally {
  await engine.stop();
}
if (worst > 0.1) {
  console.error('a limit is more than a tenth off');
  process.exitCode = 1;
}
