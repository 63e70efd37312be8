/** One function, wired as in Lambda, in a process of its own that can be killed. It works on one event at a time. */
import { flushCompileCache } from 'node:module';
import type { Context } from 'aws-lambda';
import { createContext } from '../local/invocation.ts';
import { fixedSecrets } from '../shared/runtime/secrets.ts';
import { readSettings } from '../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../shared/runtime/surroundings.ts';
import { FUNCTIONS } from '../shared/runtime/topology.ts';
import type { HostedFunction, Invocation, InvocationResult } from './function-pool.ts';
import { SECRETS } from './secrets.ts';

type Handler = (event: never, context: Context) => Promise<unknown>;

const { VERIFY_FUNCTION, VERIFY_DOOR = '', VERIFY_SABOTEUR = '' } = process.env;
const name = VERIFY_FUNCTION as HostedFunction;

let aheadMs = 0;
/** Ages of the consent reads that let the messages of this invocation leave. Milliseconds. */
let consentAges: number[] = [];

const around = {
  ...lambdaSurroundings(name),
  aws: {
    region: 'us-east-1',
    credentials: { accessKeyId: 'verify', secretAccessKey: 'verify' },
    endpoints: { dynamodb: VERIFY_DOOR, sqs: VERIFY_DOOR, sns: VERIFY_DOOR, sms: VERIFY_DOOR },
  },
  clock: () => Date.now() + aheadMs,
  secrets: fixedSecrets(SECRETS),
};

/** So many functions are killed, and queues so impatient, that a real number would end in dead letters. */
const maxReceives = Number.POSITIVE_INFINITY;

const measure = (_name: string, milliseconds: number) => {
  consentAges.push(milliseconds);
};

// Each is loaded where it is needed only, because functions are killed, and started again, all the time.
const CREATE: Readonly<Record<HostedFunction, () => Promise<Handler>>> = {
  async inbound() {
    const { createInboundHandler } = await import('../functions/inbound/handler.ts');
    const { inboundSettings, wireInbound } = await import('../functions/inbound/wire.ts');
    const ports = { ...wireInbound(readSettings(inboundSettings, process.env), around), maxReceives };
    return createInboundHandler((await saboteur())?.inbound?.(ports) ?? ports);
  },
  async outbound() {
    const { createOutboundHandler } = await import('../functions/outbound/handler.ts');
    const { outboundSettings, wireOutbound } = await import('../functions/outbound/wire.ts');
    const settings = readSettings(outboundSettings, process.env);
    const ports = { ...wireOutbound(settings, around), measure, maxReceives };
    return createOutboundHandler((await saboteur())?.outbound?.(ports, { settings, around }) ?? ports);
  },
  async replies() {
    const { createRepliesHandler } = await import('../functions/replies/handler.ts');
    const { repliesSettings, wireReplies } = await import('../functions/replies/wire.ts');
    return createRepliesHandler({ ...wireReplies(readSettings(repliesSettings, process.env), around), maxReceives });
  },
};

async function saboteur() {
  if (!VERIFY_SABOTEUR) return undefined;
  const { saboteurNamed } = await import('./saboteurs/saboteurs.ts');
  return saboteurNamed(VERIFY_SABOTEUR);
}

/** After so many events most of the code has run: what was compiled is kept for the next processes. */
const MUCH_HAS_RUN = 20;

async function serve(): Promise<void> {
  const handle = await CREATE[name]();
  let events = 0;
  process.on('message', (invocation: Invocation) => {
    aheadMs = invocation.aheadMs;
    consentAges = [];
    events += 1;
    if (events === MUCH_HAS_RUN) flushCompileCache();
    handle(invocation.event as never, createContext(name, FUNCTIONS[name].timeout)).then(
      (result) => process.send?.({ result, consentAges } satisfies InvocationResult),
      () => process.send?.({ failed: true, consentAges } satisfies InvocationResult),
    );
  });
  // Whoever runs this is gone.
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

void serve();
