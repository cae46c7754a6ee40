import { json } from '../../wire/api/media-types.ts';
import type { Answer } from '../answer.ts';

type Message = Readonly<Record<string, unknown>>;

const line = (message: Message): string => `${JSON.stringify(message)}\r\n`;

async function* lines(messages: AsyncIterable<Message>): AsyncGenerator<string> {
  for await (const message of messages) yield line(message);
}

/**
 * Docker's progress stream: JSON messages, the last one an error where it failed.
 * @param eager the status is 200 whatever comes; otherwise an error before the first message has its own status
 */
export const progress = (messages: AsyncIterable<Message>, eager: boolean): Answer => ({
  kind: 'records',
  contentType: json,
  eager,
  records: lines(messages),
  failure: (message) => line({ errorDetail: { message }, error: message }),
});
