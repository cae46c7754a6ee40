import { answerJson } from '../http/answer.ts';
import type { Call } from '../http/call.ts';

/** `GET /v2/`: whether this is a registry, and whether the credential is good. */
export async function base({ response }: Call): Promise<void> {
  answerJson(response, 200, {});
}
