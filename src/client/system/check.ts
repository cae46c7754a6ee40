import type { Client } from '../client.ts';
import type { Response } from '../http/connection.ts';
import { bool, type Json, number, object, text, texts } from '../json.ts';

/** `POST /system/check`: progress as JSON lines, `aux` documents among them (`checkFinding`, `checkSummary`). */
export const checkStore = (client: Client, options: { readonly repair: boolean }): Promise<Response> =>
  client.open('POST', '/system/check', { query: { repair: options.repair } });

export interface CheckFinding {
  /** `image`, `layer`, `blob`, `container`… */
  readonly Kind: string;
  readonly Subject: string;
  readonly Problem: string;
  readonly Repaired: boolean;
  /** Why it was not or can't be repaired; empty where it can. */
  readonly Reason: string;
  /** A registry gave back what was damaged. */
  readonly Fetched: boolean;
  /** Commands that bring the image again. */
  readonly PullAgain: readonly string[];
}

export interface CheckSummary {
  readonly Images: number;
  readonly Layers: number;
  readonly Blobs: number;
  readonly Containers: number;
  readonly Findings: number;
  readonly Repaired: number;
  /** Images were coming or going: what belongs to nothing was not looked for. */
  readonly Busy: boolean;
}

export function checkFinding(value: Json): CheckFinding {
  const data = object(value);
  return {
    Kind: text(data.Kind),
    Subject: text(data.Subject),
    Problem: text(data.Problem),
    Repaired: bool(data.Repaired),
    Reason: text(data.Reason),
    Fetched: bool(data.Fetched),
    PullAgain: texts(data.PullAgain),
  };
}

export function checkSummary(value: Json): CheckSummary {
  const data = object(value);
  return {
    Images: number(data.Images),
    Layers: number(data.Layers),
    Blobs: number(data.Blobs),
    Containers: number(data.Containers),
    Findings: number(data.Findings),
    Repaired: number(data.Repaired),
    Busy: bool(data.Busy),
  };
}
