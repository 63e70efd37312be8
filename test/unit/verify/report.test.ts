import { isKept, toText } from '../../../verify/report.ts';
import type { Report } from '../../../verify/verify.ts';

const ages = { count: 9, median: 5, p99: 40, max: 90 };
const good: Report = {
  seed: '42',
  seconds: 60,
  tableDownSeconds: 20,
  bothDownSeconds: 1,
  promises: [{ promise: 'No STOP lost', cases: 'opt-outs', judged: 3, breaches: 0 }],
  sends: 9,
  accepted: 9,
  optOuts: 3,
  deferred: 1,
  answers: { 200: 3 },
  ageMeasured: ages,
  ageAtWire: ages,
  longestStallMs: 20,
  notDrained: false,
  firstBreaches: [],
  faults: {},
  kills: {},
  killsNotMet: [],
};
const broken: Report = {
  ...good,
  promises: [{ promise: 'No STOP lost', cases: 'opt-outs', judged: 3, breaches: 1 }],
  firstBreaches: [
    {
      promise: 'No STOP lost',
      recipient: '+15551000001',
      about: 'twilio#1',
      what: 'was acknowledged, and the table has no such event',
      lines: [{ kind: 'deferred', at: 1, eventId: 'twilio#1' }],
    },
  ],
};

test('a run is kept when every promise was put to the test and held', () => {
  expect(isKept(good)).toBe(true);
  expect(toText(good)).toContain('All promises kept, seed 42.');
});

test('a breach is told with its history, and the command that runs the same again', () => {
  expect(isKept(broken)).toBe(false);
  expect(toText(broken)).toContain('{"kind":"deferred","at":1,"eventId":"twilio#1"}');
  expect(toText(broken)).toContain('npm run verify -- --seed 42 --seconds 60 --table-down 20 --both-down 1');
});

test.each<[what: string, report: Report, says: string]>([
  ['a promise without a case', { ...good, promises: [{ ...good.promises[0], judged: 0 } as never] }, 'no case of'],
  ['a read that was too old', { ...good, ageMeasured: { ...ages, max: 251 } }, 'more than 250 ms'],
  ['a queue that did not run empty', { ...good, notDrained: true }, 'not empty'],
])('%s is not kept, and is not called a broken promise', (_, report, says) => {
  expect(isKept(report)).toBe(false);
  expect(toText(report)).toContain(says);
  expect(toText(report)).not.toContain('A promise was broken');
});

test('steps at which nobody was killed are named', () => {
  expect(toText({ ...good, killsNotMet: ['before settle'] })).toContain('before settle');
});
