import { inspectContainer } from '../../../client/containers/inspect.ts';
import { list, object, text } from '../../../client/json.ts';
import { command as define } from '../../command.ts';

const hostPort = (ip: string, port: string): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

/** Numbers in text by their value. */
const natural = (a: string, b: string): number => {
  const [left, right] = [a, b].map((text) => text.split(/(\d+)/));
  for (const [at, part] of (left ?? []).entries()) {
    const other = right?.[at] ?? '';
    if (part === other) continue;
    if (/^\d+$/.test(part) && /^\d+$/.test(other) && Number(part) !== Number(other))
      return Number(part) - Number(other);
    return part < other ? -1 : 1;
  }
  return 0;
};

export const command = define({
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  arity: { min: 1, max: 2 },
  examples: ['minke port web 80/tcp'],
  completeArgs: ['running-containers'],
  flags: {},
  async run(cli, { args }) {
    const [container = '', wanted] = args;
    const found = object(await inspectContainer(await cli.client(), container));
    const ports = object(object(found.NetworkSettings).Ports);
    const bindings = (port: string): string[] =>
      list(ports[port], (item) => {
        const data = object(item);
        return hostPort(text(data.HostIp), text(data.HostPort));
      });
    if (wanted !== undefined) {
      const [port = '', protocol = 'tcp'] = wanted.split('/');
      if (!/^\d{1,5}$/.test(port)) throw new Error(`invalid port '${port}'`);
      const lines = bindings(`${port}/${protocol}`);
      if (lines.length === 0) throw new Error(`Error: No public port '${wanted}' published for ${container}`);
      for (const line of lines.sort(natural)) cli.out.line(line);
      return 0;
    }
    const lines = Object.keys(ports).flatMap((port) =>
      bindings(port).map((address) => `${port} -> ${address}`),
    );
    for (const line of lines.sort(natural)) cli.out.line(line);
    return 0;
  },
});
