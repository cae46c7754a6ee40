import type { Answer } from '../../answer.ts';
import { route } from '../../route.ts';
import type { ApiServices } from '../../services.ts';

/** Every client asks this first. */
function pingHeaders({ containers, engine }: ApiServices) {
  containers.expect();
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    'Builder-Version': engine.builderVersion,
    Swarm: engine.swarmState(),
  };
}

export const ping = route({
  method: 'GET',
  path: '/_ping',
  operation: 'SystemPing',
  since: 11,
  handle: (_call, services): Answer => ({
    kind: 'text',
    status: 200,
    text: 'OK',
    headers: pingHeaders(services),
  }),
});

export const pingHead = route({
  method: 'HEAD',
  path: '/_ping',
  operation: 'SystemPingHead',
  since: 40,
  handle: (_call, services): Answer => ({ kind: 'empty', status: 200, headers: pingHeaders(services) }),
});
