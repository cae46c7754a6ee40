/** Readiness of any descriptor that epoll takes (pipes, FIFOs, terminals, pidfds, sockets), on Node's own loop. */
import koffi from 'koffi';

export interface Readiness {
  /** Stops for good. The descriptor stays open and is the caller's, to be closed after this. */
  close(): void;
  /** Pauses and resumes; a paused one costs nothing and misses nothing (readiness is level-triggered). */
  pause(): void;
  resume(): void;
  /** Lets the process end although this is still waited for. */
  unref(): void;
}

interface Events {
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly disconnect?: boolean;
}

/**
 * Calls `listener` again and again while `fd` is readable, at its end, or in error. The descriptor becomes
 * non-blocking.
 */
export function whenReadable(fd: number, listener: () => void): Readiness {
  return watch(fd, { readable: true, disconnect: true }, listener);
}

/** Calls `listener` again and again while `fd` takes bytes, or is in error. The descriptor becomes non-blocking. */
export function whenWritable(fd: number, listener: () => void): Readiness {
  return watch(fd, { writable: true }, listener);
}

// The binding calls back straight from libuv, where no promise goes on and nothing may be thrown. So the listeners
// run as immediates: the check phase comes right behind the poll phase of the same turn.
let ready: (() => void)[] = [];

function runReady(): void {
  const listeners = ready;
  ready = [];
  for (let done = 0; done < listeners.length; done += 1) {
    try {
      listeners[done]?.();
    } catch (error) {
      for (const listener of listeners.slice(done + 1)) enqueue(listener);
      throw error;
    }
  }
}

function enqueue(listener: () => void): void {
  if (ready.length === 0) setImmediate(runReady);
  ready.push(listener);
}

// A handle that fires while Node is being taken down has nobody to call and aborts the process.
const live = new Set<{ close(): void }>();
process.on('exit', () => {
  for (const handle of live) handle.close();
});

function watch(fd: number, events: Events, listener: () => void): Readiness {
  let state: 'on' | 'paused' | 'closed' = 'on';
  let queued = false;
  const run = () => {
    queued = false;
    if (state === 'on') listener();
  };
  const onEvent = () => {
    if (queued) return;
    queued = true;
    enqueue(run);
  };
  const handle = koffi.node.poll(fd, events, onEvent);
  live.add(handle);
  return {
    close() {
      if (state === 'closed') return;
      state = 'closed';
      live.delete(handle);
      handle.close();
    },
    pause() {
      if (state !== 'on') return;
      handle.stop();
      state = 'paused';
    },
    resume() {
      if (state !== 'paused') return;
      handle.start(events, onEvent);
      state = 'on';
    },
    unref() {
      if (state !== 'closed') handle.unref();
    },
  };
}
