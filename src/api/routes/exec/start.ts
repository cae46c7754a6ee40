import { isKind } from '../../../errors/minke-error.ts';
import type { AttachedStream } from '../../../services/containers/contract.ts';
import { ExecStartBodySchema } from '../../../wire/containers/exec.ts';
import { type Answer, ok } from '../../answer.ts';
import { adapt } from '../../compat/adapt.ts';
import { execStartRules } from '../../compat/exec.ts';
import { jsonBody, route } from '../../route.ts';
import { lastWords } from '../../stream/last-words.ts';

const refusals = ['not-found', 'conflict', 'cancelled'] as const;

/**
 * Clients take anything but a stream for a broken engine, so a command that can't be started says so in the stream;
 * its exit code is told by inspect. Only "there is no such exec" and its state are errors of the request.
 */
async function attached(
  started: Promise<AttachedStream | null>,
  tty: boolean,
): Promise<AttachedStream | null> {
  try {
    return await started;
  } catch (error) {
    if (!(error instanceof Error) || refusals.some((kind) => isKind(error, kind))) throw error;
    return { tty, stream: lastWords(`${error.message}\r\n`, tty) };
  }
}

export const start = route({
  method: 'POST',
  path: '/exec/{id*}/start',
  operation: 'ExecStart',
  since: 24,
  connection: 'hijack',
  body: jsonBody(ExecStartBodySchema),
  handle: async ({ params, body, version, signal }, { containers }): Promise<Answer> => {
    const started = containers.execStart(params.id, adapt(execStartRules, version, body), signal);
    if (body.Detach) {
      await started;
      return ok;
    }
    const found = await attached(started, body.Tty);
    return found === null ? ok : { kind: 'hijack', attached: found, input: true };
  },
});
