import { jest } from '@jest/globals';
import { engineWithoutWire } from './engine-without-wire.ts';
import { FAULTS, type Fault } from './fault.ts';
import { GatedPipeline } from './gated-pipeline.ts';
import { hear } from './hearing-commands.ts';
import { type Hearing, Model, SENDERS, START, seen } from './history.ts';
import type { CarrierAnswer } from './message-model.ts';
import { send } from './sending-commands.ts';
import { settle } from './settle.ts';

/** Every fault at every call, where histories would meet it by chance only. */
const CALLS = [1, 2, 3, 4, 5, 6, 7, 8];
const EVERY_FAULT: readonly Fault[] = FAULTS.flatMap((how) => CALLS.map((atCall) => ({ how, atCall })));
const LONG_ENOUGH_MS = 181_000;
/** A member of a group: its opt-outs take two writes. */
const sender = SENDERS[1]!;

// Half a minute of work, on a machine that may have much else to do.
jest.setTimeout(600_000);

let real: GatedPipeline;
let lives = 0;

beforeAll(async () => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  real = await GatedPipeline.on(
    engineWithoutWire(),
    SENDERS.map((one) => ({ ...one, carrier: 'twilio' })),
  );
});

beforeEach(() => seen.clear());

function newModel(): Model {
  lives += 1;
  real.now = START;
  return new Model([`+1555${String(lives).padStart(7, '0')}`]);
}

const said = (model: Model, text: string, via: Hearing['via'] = 'webhook'): Hearing => {
  const heardAt = via === 'webhook' ? {} : { heardAt: real.now, sentAt: real.now };
  const [recipient = ''] = model.recipients;
  const id = `${via === 'topic' ? 'aws' : 'twilio'}#h${model.hearings.length}`;
  const hearing = { id, recipient, sender, text, via, ...heardAt };
  model.hearings.push(hearing);
  return hearing;
};

/** Each fault came to pass, at several calls: it did not lie behind the last one. */
const expectBroken = (work: string) =>
  expect(FAULTS.filter((how) => (seen.get(`${work} breaks: a call ${how}`) ?? 0) < 10)).toEqual([]);

test.each(['open', 'closed'])('a send to somebody whose consent is %s', async (consent) => {
  const answers: CarrierAnswer[] = ['takes it', 'takes it, and its answer is lost', 'knows of an opt-out', 'is busy'];
  for (const fault of EVERY_FAULT) {
    for (const answer of answers) {
      const model = newModel();
      if (consent === 'closed') await hear(said(model, 'STOP'), undefined, model, real);
      const orders = [{ recipient: 0, messageId: 'm1', sender, answer }];
      await send({ orders, receives: 1, twice: false, fault }, model, real);
      real.now += LONG_ENOUGH_MS;
      await send({ orders, receives: 2, twice: false, fault }, model, real);
      await settle(model, real);
    }
  }

  expectBroken('sending');
});

test.each<Hearing['via']>(['webhook', 'topic', 'waiting'])('a text that comes by %s', async (via) => {
  for (const fault of EVERY_FAULT) {
    for (const text of ['STOP', 'START', 'YES', 'HELP', 'please stop texting me']) {
      const model = newModel();
      await hear(said(model, 'STOP'), undefined, model, real);
      real.now += 1_000;
      await hear(said(model, text, via), fault, model, real);
      await settle(model, real);
    }
  }

  expectBroken('hearing');
});
