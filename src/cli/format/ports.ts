import type { PortSummary } from '../../client/containers/list.ts';

const hostPort = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

const compare = (a: PortSummary, b: PortSummary): number =>
  a.PrivatePort - b.PrivatePort ||
  (a.IP < b.IP ? -1 : a.IP > b.IP ? 1 : 0) ||
  a.PublicPort - b.PublicPort ||
  (a.Type < b.Type ? -1 : a.Type > b.Type ? 1 : 0);

interface Run {
  readonly key: string;
  first: number;
  last: number;
}

const range = ({ key, first, last }: Run): string => {
  const [ip, type] = key.includes('/')
    ? [key.slice(0, key.lastIndexOf('/')), key.slice(key.lastIndexOf('/') + 1)]
    : ['', key];
  const span = first === last ? String(first) : `${first}-${last}`;
  if (ip === '') return `${span}/${type}`;
  const published = ip.includes(':') ? `[${ip}]:${span}` : `${ip}:${span}`;
  return `${published}->${span}/${type}`;
};

/** `0.0.0.0:80->8080/tcp, 9000-9002/tcp`: neighbouring ports with the same number outside as inside are joined. */
export function displayPorts(ports: readonly PortSummary[]): string {
  const runs: Run[] = [];
  const current = new Map<string, Run>();
  const done: Run[] = [];
  const mappings: string[] = [];
  for (const port of [...ports].sort(compare)) {
    let key = port.Type;
    if (port.IP !== '') {
      if (port.PublicPort !== port.PrivatePort) {
        mappings.push(`${hostPort(port.IP, port.PublicPort)}->${port.PrivatePort}/${port.Type}`);
        continue;
      }
      key = `${port.IP}/${port.Type}`;
    }
    const run = current.get(key);
    if (run === undefined) {
      const made = { key, first: port.PrivatePort, last: port.PrivatePort };
      current.set(key, made);
      runs.push(made);
    } else if (port.PrivatePort === run.last + 1) run.last = port.PrivatePort;
    else {
      done.push({ ...run });
      run.first = port.PrivatePort;
      run.last = port.PrivatePort;
    }
  }
  return [...[...done, ...runs].map(range), ...mappings].join(', ');
}
