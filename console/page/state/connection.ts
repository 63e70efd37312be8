import type { LiveEvent } from '../../../local/live-feed.ts';
import type { Totals } from '../wire.ts';

export interface ConnectionPorts {
  onEvent(key: string, event: LiveEvent, fresh: boolean): void;
  onTotals(totals: Totals): void;
  onGap(missed: number): void;
  /** The connection is there, with the id of the run that answers. */
  onOpen(run: string): void;
  onLost(): void;
  /** Another run of the pipeline answers: what the page knows is of the past. */
  onOtherRun(): void;
}

export interface LiveConnection {
  retryNow(): void;
  close(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** Listens to the live feed, and comes back where it left off when the pipeline was away. */
export function listenLive(ports: ConnectionPorts): LiveConnection {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let wait = FIRST_WAIT_MS;
  let run: string | undefined;
  let lastEventId = '';
  let closed = false;

  function open(): void {
    window.clearTimeout(timer);
    source?.close();
    const query = lastEventId ? `?lastEventId=${encodeURIComponent(lastEventId)}` : '';
    const own = new EventSource(`/simulator/live${query}`);
    source = own;
    // What was sent along with `hello` happened before; it stands up to the first totals.
    let fresh = false;
    own.addEventListener('hello', (message) => {
      const hello = JSON.parse(message.data) as { run: string; resumed: boolean };
      if (run !== undefined && run !== hello.run) return ports.onOtherRun();
      run = hello.run;
      wait = FIRST_WAIT_MS;
      fresh = hello.resumed;
      ports.onOpen(hello.run);
    });
    own.addEventListener('message', (message) => {
      lastEventId = message.lastEventId;
      ports.onEvent(message.lastEventId, JSON.parse(message.data) as LiveEvent, fresh);
    });
    own.addEventListener('totals', (message) => {
      ports.onTotals(JSON.parse(message.data) as Totals);
      fresh = true;
    });
    own.addEventListener('gap', (message) => ports.onGap((JSON.parse(message.data) as { missed: number }).missed));
    own.addEventListener('error', () => {
      if (source !== own || closed) return;
      own.close();
      ports.onLost();
      timer = window.setTimeout(open, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    });
  }

  open();
  return {
    retryNow() {
      wait = FIRST_WAIT_MS;
      open();
    },
    close() {
      closed = true;
      window.clearTimeout(timer);
      source?.close();
    },
  };
}
