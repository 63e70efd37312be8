import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { SimulatedRequest, WireAnswer } from '../../shared/carriers/simulated-carrier.ts';
import type { AcceptedLog, AcceptedMessage } from './accepted-log.ts';
import type { Campaign } from './campaigns.ts';
import type { CarrierBoard } from './carrier-board.ts';
import type { Cast } from './carriers.ts';
import type { HandsetResult, Handsets } from './handsets.ts';
import type { LiveStream } from './live-stream.ts';
import { loopbackOnly } from './loopback.ts';
import type { OptOutLists } from './opt-out-lists.ts';
import { problem, problemOf } from './problems.ts';
import {
  behaviourRequest,
  campaignRequest,
  messagesQuery,
  optOutListRequest,
  recipientParameter,
  replyRequest,
} from './requests.ts';

export type SimulatorRoutes = Hono<{ Bindings: Partial<HttpBindings> }>;
type RouteContext = Context<{ Bindings: Partial<HttpBindings> }>;

const MOST_BYTES = 64 * 1_024;
/** A campaign may name its recipients one by one. */
const MOST_CAMPAIGN_BYTES = 512 * 1_024;
const MOST_LIST_BYTES = 16 * 1_024 * 1_024;

const limit = (maxSize: number) =>
  bodyLimit({ maxSize, onError: () => problem(413, 'Too large', `The body must have at most ${maxSize} bytes.`) });

async function readJson<T>(context: RouteContext, schema: z.ZodType<T>): Promise<T | Response> {
  let json: unknown;
  try {
    json = await context.req.json();
  } catch {
    return problem(400, 'The request is wrong', 'The body must be JSON.');
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : problemOf(parsed.error);
}

/** Writes a carrier's answer, or ends the connection without one. */
function writeAnswer(context: RouteContext, answer: WireAnswer): Response {
  if (answer !== 'drop') return new Response(answer.body, { status: answer.status, headers: answer.headers });
  context.env?.incoming?.socket.destroy();
  // Nobody reads this any more, unless there is no socket to end (a request made inside the process).
  return new Response(null, { status: 502 });
}

const shown = ({ receivedAt, ...message }: AcceptedMessage): object => ({
  ...message,
  receivedAt: new Date(receivedAt).toISOString(),
});

/** A JSON array, written piece by piece: a hundred thousand messages must not hold up the pipeline. */
function jsonArray(items: Iterable<object>): Response {
  const iterator = items[Symbol.iterator]();
  const encoder = new TextEncoder();
  let first = true;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      let piece = first ? '[' : '';
      for (let count = 0; count < 1_000; count += 1) {
        const { value, done } = iterator.next();
        if (done) {
          controller.enqueue(encoder.encode(`${piece}]`));
          controller.close();
          return;
        }
        piece += `${first ? '' : ','}${JSON.stringify(value)}`;
        first = false;
      }
      controller.enqueue(encoder.encode(piece));
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

function* mapped<T, U>(items: Iterable<T>, change: (item: T) => U): Iterable<U> {
  for (const item of items) yield change(item);
}

function answerHandset(result: HandsetResult, sender: string): Response {
  switch (result.kind) {
    case 'handed-over': {
      const { kind: _, ...answer } = result;
      return Response.json(answer);
    }
    case 'no-such-sender':
      return problem(404, 'No such sender', `No registered sender of a simulated carrier is ${sender}.`);
    case 'carrier-cannot':
      return problem(
        422,
        `${result.carrier} cannot ${result.what}`,
        result.what === 'hear'
          ? `${result.carrier} only sends: it cannot hand over what a handset texts.`
          : `sentAt and delayMs need a carrier that tells when a text was sent; ${result.carrier} does not.`,
      );
    case 'unreachable':
      return problem(
        502,
        'The pipeline did not answer',
        `${result.carrier} could not hand over ${result.carrierMessageId}; the text may have been heard all the same.`,
      );
  }
}

/** The simulator's own routes, and the REST paths of the carriers that have some. */
export function createRoutes(parts: {
  readonly board: CarrierBoard;
  readonly log: AcceptedLog;
  readonly handsets: Handsets;
  readonly optOutLists: OptOutLists;
  readonly stream: LiveStream;
  readonly sendCampaign: (campaign: Campaign) => Promise<{ readonly campaignId: string; readonly queued: number }>;
  readonly cast: Cast;
  /** Takes a call of a REST carrier's API; nothing where no REST carrier of that name is played. */
  readonly takeByRest: (carrier: string, request: SimulatedRequest) => Promise<WireAnswer> | undefined;
}): SimulatorRoutes {
  const { board, log, handsets, optOutLists, stream, sendCampaign, cast, takeByRest } = parts;
  const routes: SimulatorRoutes = new Hono();

  routes.use(loopbackOnly);
  routes.notFound((context) =>
    problem(404, 'No such address', `The simulator has no ${context.req.method} ${context.req.path}.`),
  );
  routes.onError((error) => {
    console.error('The simulator failed', error);
    return problem(500, 'The simulator failed', error.message);
  });

  routes.get('/messages', (context) => {
    const query = messagesQuery.safeParse(context.req.query());
    if (!query.success) return problemOf(query.error);
    return jsonArray(mapped(log.list(query.data.since, query.data.to), shown));
  });

  routes.post('/replies', limit(MOST_BYTES), async (context) => {
    const text = await readJson(context, replyRequest);
    return text instanceof Response ? text : answerHandset(await handsets.text(text), text.to);
  });

  routes.get('/handsets/:recipient', (context) => {
    const recipient = recipientParameter.safeParse(context.req.param('recipient'));
    return recipient.success ? context.json(handsets.conversation(recipient.data)) : problemOf(recipient.error);
  });

  routes.get('/carriers', (context) => context.json(board.all()));

  routes.put('/carriers/:carrier', limit(MOST_BYTES), async (context) => {
    const carrier = context.req.param('carrier');
    const played = cast.get(carrier);
    if (!played) return problem(404, 'No such carrier', `The simulated carriers are ${[...cast.keys()].join(', ')}.`);
    const change = await readJson(context, behaviourRequest(played));
    if (change instanceof Response) return change;
    const shown = board.change(carrier, change);
    stream.refresh();
    return context.json(shown);
  });

  routes.get('/opt-out-lists', (context) => context.json(optOutLists.all()));

  routes.put('/opt-out-lists', limit(MOST_LIST_BYTES), async (context) => {
    const filling = await readJson(context, optOutListRequest);
    if (filling instanceof Response) return filling;
    const filled = optOutLists.fill(filling.carrier, filling.list, filling.numbers);
    if (filled) return context.json(filled);
    const names = [...new Set(optOutLists.all().map(({ carrier }) => carrier))];
    return problem(404, 'No such list', `The simulated carriers that have a list are ${names.join(', ')}.`);
  });

  routes.post('/reset', (context) => {
    const shown = board.reset();
    stream.refresh();
    return context.json(shown);
  });

  routes.post('/campaigns', limit(MOST_CAMPAIGN_BYTES), async (context) => {
    const campaign = await readJson(context, campaignRequest);
    return campaign instanceof Response ? campaign : context.json(await sendCampaign(campaign));
  });

  routes.get('/live', (context) =>
    stream.open(context.req.header('last-event-id') ?? context.req.query('lastEventId')),
  );

  routes.all('/:carrier/*', limit(MOST_BYTES), async (context) => {
    const carrier = context.req.param('carrier');
    const { pathname, searchParams } = new URL(context.req.url);
    const answer = takeByRest(carrier, {
      method: context.req.method,
      path: pathname.slice(pathname.indexOf(`/${carrier}/`) + carrier.length + 1),
      query: searchParams,
      headers: context.req.header(),
      body: await context.req.text(),
    });
    return answer ? writeAnswer(context, await answer) : context.notFound();
  });

  return routes;
}
