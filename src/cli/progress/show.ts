import type { Body } from '../../client/http/body.ts';
import { isObject, type JsonObject, number, text } from '../../client/json.ts';
import { humanSize } from '../format/units.ts';
import { StatusError } from '../status-error.ts';
import type { Output } from '../terminal/output.ts';
import { visible } from '../terminal/visible.ts';
import { jsonLines } from './json-lines.ts';

/** `[====>     ]  1.2MB/3.4MB`; the bar only where the terminal is wide. */
export function progressText(detail: JsonObject, columns: number): string {
  const current = number(detail.current);
  const total = number(detail.total);
  const units = text(detail.units);
  if (current <= 0 && total <= 0) return '';
  const shown = (value: number): string => (units === '' ? humanSize(value) : String(value));
  if (total <= 0) return units === '' ? shown(current).padStart(8) : `${current} ${units}`;
  let bar = '';
  if (columns > 110) {
    const percent = Math.min(50, Math.floor((current / total) * 50));
    bar = `[${'='.repeat(percent)}>${' '.repeat(50 - percent)}] `;
  }
  const counts =
    current > total ? shown(current).padStart(8) : `${shown(current).padStart(8)}/${shown(total)}`;
  return bar + (units === '' ? counts : `${counts} ${units}`);
}

/**
 * Shows a stream of progress as Docker's client does: on a terminal one line an id, drawn anew as it moves on; elsewhere
 * a line for each change of state, without bars. Hands `aux` documents over. Throws where the stream ends in an error.
 */
export async function showProgress(body: Body, out: Output, aux?: (data: JsonObject) => void): Promise<void> {
  const painter = out.isTerminal ? new Painter(out) : undefined;
  for await (const message of jsonLines(body)) {
    if (isObject(message.aux)) {
      aux?.(message.aux);
      continue;
    }
    throwOnError(message);
    if (painter !== undefined) {
      painter.paint(message);
      painter.paintWhole(message);
    } else plain(message, out);
  }
}

function throwOnError(message: JsonObject): void {
  const detail = isObject(message.errorDetail) ? message.errorDetail : {};
  const reason = text(detail.message) || text(message.error);
  if (reason === '') return;
  const code = number(detail.code);
  throw new StatusError(reason, code > 0 && code < 256 ? code : 1);
}

const lead = (message: JsonObject): string => {
  const id = text(message.id);
  return id === '' ? '' : `${id}: `;
};

function plain(message: JsonObject, out: Output): void {
  const stream = text(message.stream);
  const detail = isObject(message.progressDetail) ? message.progressDetail : {};
  if (stream !== '') out.text(stream);
  else if (progressText(detail, 80) === '') out.line(`${lead(message)}${text(message.status)}`);
}

/** Lines that move. Ids without progress end the block: what follows goes below. */
class Painter {
  readonly #out: Output;
  #lines = new Map<string, number>();

  constructor(out: Output) {
    this.#out = out;
  }

  paint(message: JsonObject): void {
    const stream = text(message.stream);
    if (stream !== '') {
      this.#lines.clear();
      this.#out.text(stream);
      return;
    }
    const id = text(message.id);
    const line = visible(this.#line(message)).replaceAll('\n', ' ');
    if (id === '' || !isObject(message.progressDetail)) {
      this.#lines.clear();
      this.#out.raw(`${line}\n`);
      return;
    }
    const known = this.#lines.get(id);
    if (known === undefined) {
      this.#lines.set(id, this.#lines.size);
      this.#out.raw(`${line}\n`);
      return;
    }
    const up = this.#lines.size - known;
    this.#out.raw(`\x1b[${up}A\x1b[2K\r${line}\x1b[${up}B\r`);
  }

  /** Bytes of the whole operation, where the daemon tells them, on a line of their own. */
  paintWhole(message: JsonObject): void {
    if (isObject(message.overall)) this.paint({ id: 'Total', status: '', progressDetail: message.overall });
  }

  #line(message: JsonObject): string {
    const detail = isObject(message.progressDetail) ? message.progressDetail : {};
    const columns = this.#out.columns;
    const line = `${lead(message)}${text(message.status)} ${progressText(detail, columns)}`.trimEnd();
    return line.length > columns ? line.slice(0, columns) : line;
  }
}
