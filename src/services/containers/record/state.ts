/** What a container's state means: pure functions. */
import { ZERO_TIME } from '../../../kit/time/rfc3339.ts';
import type { State } from './record.ts';

export const freshState = (): State => ({
  status: 'created',
  pid: 0,
  startTime: '',
  exitCode: 0,
  error: '',
  oomKilled: false,
  startedAt: ZERO_TIME,
  finishedAt: ZERO_TIME,
  health: null,
});

/** Docker's sense of running: paused ones and those between two runs count. */
export const isRunning = ({ status }: State): boolean =>
  status === 'running' || status === 'paused' || status === 'restarting';

/** A process of it is there. */
export const isAlive = ({ status }: State): boolean => status === 'running' || status === 'paused';

export const isGone = ({ status }: State): boolean => status === 'removing' || status === 'dead';

/** After a run, or a start that failed: `exited` once it ran, else `created`. */
export const restStatus = ({ startedAt }: State): 'exited' | 'created' =>
  startedAt === ZERO_TIME ? 'created' : 'exited';

export const ranState = (
  state: State,
  run: { pid: number; startTime: string; startedAt: string },
): State => ({
  ...state,
  ...run,
  status: 'running',
  exitCode: 0,
  error: '',
  oomKilled: false,
});

export const endedState = (
  state: State,
  end: { exitCode: number; finishedAt: string; oomKilled: boolean; restarting: boolean },
): State => ({
  ...state,
  status: end.restarting ? 'restarting' : 'exited',
  pid: 0,
  startTime: '',
  exitCode: end.exitCode,
  finishedAt: end.finishedAt,
  oomKilled: end.oomKilled,
});

export const failedState = (state: State, failure: { exitCode: number; error: string }): State => ({
  ...state,
  ...failure,
  status: restStatus(state),
  pid: 0,
  startTime: '',
});
