import { invalid } from '../../errors/minke-error.ts';

/** `80`, `80/udp`, `7000-7002/tcp` → `80/tcp`, …; a range gives each of its ports. */
export function parsePorts(text: string): string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/([A-Za-z]+))?$/.exec(text);
  const protocol = (match?.[3] ?? 'tcp').toLowerCase();
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || first > 65535 || last > 65535) throw invalid(`invalid containerPort: ${text}`);
  if (last < first) throw invalid(`invalid range specified for port: ${text}`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw invalid(`invalid proto: ${protocol}`);
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${protocol}`);
}
