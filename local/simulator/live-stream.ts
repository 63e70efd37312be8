import { randomUUID } from 'node:crypto';
import type { LiveEntry, LiveFeed } from '../live-feed.ts';

export interface LiveStream {
  /**
   * Server-sent events: first `hello`, then the recent events (those after `lastEventId` when it is of this run), then what
   * happens. `totals` comes along whenever they may have changed; `gap` says how many events were left out.
   */
  open(lastEventId: string | undefined): Response;
  /** Sends the totals to every reader soon, although no event says so. */
  refresh(): void;
  close(): void;
}

/** Events within this time go out as one piece: a thousand a second must not become a thousand packets. */
const GATHER_MS = 40;
const HEARTBEAT_MS = 10_000;
/** A reader that does not keep up loses the oldest beyond these, and is told so. */
const MOST_PENDING = 2_000;

export function createLiveStream(parts: {
  readonly live: LiveFeed;
  readonly totals: () => object;
  readonly heartbeatMs?: number;
}): LiveStream {
  const { live, totals, heartbeatMs = HEARTBEAT_MS } = parts;
  /** Ids start anew with each run of the process, so they carry which run they are of. */
  const run = randomUUID().slice(0, 8);
  const encoder = new TextEncoder();
  const readers = new Set<{ finish(): void; refresh(): void }>();
  let closed = false;

  const write = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

  function open(lastEventId: string | undefined): Response {
    const [ofRun, number] = (lastEventId ?? '').split('-');
    const seen = ofRun === run && /^\d{1,15}$/.test(number ?? '') ? Number(number) : undefined;
    let pending: LiveEntry[] = live.recent().filter((entry) => seen === undefined || entry.id > seen);
    let missed = seen === undefined ? 0 : Math.max(0, (pending.at(-1)?.id ?? seen) - seen - pending.length);
    let text = `retry: 1000\n\n${write('hello', { run, resumed: seen !== undefined })}`;
    let changed = true;
    let timer: NodeJS.Timeout | undefined;
    let end = (): void => {};
    let flush = (): void => {};

    const body = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          flush = () => {
            clearTimeout(timer);
            timer = undefined;
            // Full: the reader says by `pull` when there is room again.
            if ((controller.desiredSize ?? 0) <= 0) return;
            if (missed > 0) text += write('gap', { missed });
            for (const { id, ...event } of pending) text += `id: ${run}-${id}\ndata: ${JSON.stringify(event)}\n\n`;
            if (changed) text += write('totals', totals());
            pending = [];
            missed = 0;
            changed = false;
            if (text !== '') controller.enqueue(encoder.encode(text));
            text = '';
          };
          const flushSoon = (): void => {
            timer ??= setTimeout(() => flush(), GATHER_MS).unref();
          };
          const unsubscribe = live.subscribe((entry) => {
            pending.push(entry);
            changed = true;
            if (pending.length > 2 * MOST_PENDING) missed += pending.splice(0, MOST_PENDING).length;
            flushSoon();
          });
          const heartbeat = setInterval(() => {
            // What is full will tell by itself whether it is alive.
            if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still here\n\n'));
          }, heartbeatMs).unref();
          end = () => {
            unsubscribe();
            clearInterval(heartbeat);
            clearTimeout(timer);
            readers.delete(reader);
          };
          const reader = {
            finish() {
              end();
              controller.close();
            },
            refresh() {
              changed = true;
              flushSoon();
            },
          };
          readers.add(reader);
          flush();
          if (closed) reader.finish();
        },
        pull() {
          if (changed && timer === undefined) flush();
        },
        cancel: () => end(),
      },
      new CountQueuingStrategy({ highWaterMark: 8 }),
    );
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  }

  return {
    open,
    refresh() {
      for (const reader of readers) reader.refresh();
    },
    close() {
      closed = true;
      for (const reader of [...readers]) reader.finish();
    },
  };
}
