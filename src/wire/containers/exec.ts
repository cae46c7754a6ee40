/** Bodies of POST /containers/{id}/exec and /exec/{id}/start; the answer of GET /exec/{id}/json. */
import * as v from 'valibot';
import { flag, text, texts } from './fields.ts';

/** Height, width. */
const consoleSize = v.nullish(
  v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.length(2)),
);

export const ExecCreateBodySchema = v.object({
  User: text,
  Privileged: flag,
  Tty: flag,
  ConsoleSize: consoleSize,
  AttachStdin: flag,
  AttachStderr: flag,
  AttachStdout: flag,
  Detach: flag,
  DetachKeys: text,
  Env: texts,
  WorkingDir: text,
  Cmd: texts,
});
export type ExecCreateBody = v.InferOutput<typeof ExecCreateBodySchema>;

export const ExecStartBodySchema = v.object({ Detach: flag, Tty: flag, ConsoleSize: consoleSize });
export type ExecStartBody = v.InferOutput<typeof ExecStartBodySchema>;

export interface ExecInspect {
  ID: string;
  Running: boolean;
  /** Null until it has ended. */
  ExitCode: number | null;
  ProcessConfig: {
    tty: boolean;
    entrypoint: string;
    arguments: string[];
    privileged: boolean;
    user?: string;
  };
  OpenStdin: boolean;
  OpenStderr: boolean;
  OpenStdout: boolean;
  CanRemove: boolean;
  ContainerID: string;
  DetachKeys: string;
  /** 0 before the start. */
  Pid: number;
}
