import type { Line } from '../../../verify/history.ts';
import { noMessageTwice } from '../../../verify/judges/no-message-twice.ts';
import { shareOf } from '../../../verify/random.ts';
import { recipientOf, scriptOf } from '../../../verify/script.ts';
import { shrink } from '../../../verify/shrink.ts';

const accepted = (messageId: string, at: number): Line => ({
  kind: 'accepted',
  at,
  account: 'acme',
  sender: '+12025550100',
  scopes: ['+12025550100'],
  carrier: 'twilio',
  carrierMessageId: `SM${at}`,
  heldUpMs: 0,
  what: { messageId },
});

test('a history is cut down to the lines that show the breach', () => {
  const lines = ['a', 'b', 'c', 'b', 'd', 'e', 'f'].map(accepted);
  const [breach] = noMessageTwice.judge(lines).breaches;

  expect(shrink(lines, noMessageTwice, breach ?? { about: '', what: '' })).toEqual([lines[1], lines[3]]);
});

test('the seed and the recipient fix what happens, and nothing else does', () => {
  expect(scriptOf('1', 5)).toEqual(scriptOf('1', 5));
  expect(scriptOf('1', 5)).not.toEqual(scriptOf('2', 5));
  expect(scriptOf('1', 5).recipient).toBe(recipientOf(5));
});

test('twenty recipients have every kind of step and an opt-out each', () => {
  const scripts = Array.from({ length: 20 }, (_, number) => scriptOf('1', number));
  const steps = scripts.flatMap((script) => script.steps);

  expect(new Set(steps.map((step) => step.do))).toEqual(new Set(['queue', 'text', 'tie']));
  expect(scripts.every((one) => one.steps.some((step) => step.do === 'text' && step.text.intent === 'opt-out'))).toBe(
    true,
  );
});

test('shares are spread evenly', () => {
  const shares = Array.from({ length: 10_000 }, (_, index) => shareOf(`call ${index}`));

  expect(shares.filter((share) => share < 0.1).length / 10_000).toBeCloseTo(0.1, 1);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...shares)).toBeLessThan(1);
});
