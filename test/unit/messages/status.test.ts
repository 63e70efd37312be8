import fc from 'fast-check';
import { applyReceipt, type ReceiptState, statusAfterReceipt } from '../../../shared/messages/receipt.ts';
import { isFinal, mayBecome, type Status, statusesBefore } from '../../../shared/messages/status.ts';

const STATUSES: readonly Status[] = ['Queued', 'Sending', 'Sent', 'Delivered', 'Undelivered', 'Failed', 'Unknown'];
const FINAL: readonly Status[] = ['Delivered', 'Undelivered', 'Failed'];
/** What may follow what, written down once more from the contract and not from the code. */
const MAY_BECOME: Readonly<Record<Status, readonly Status[]>> = {
  Queued: ['Sending', 'Failed', 'Sent', 'Delivered', 'Undelivered'],
  Sending: ['Queued', 'Failed', 'Unknown', 'Sent', 'Delivered', 'Undelivered'],
  Unknown: ['Sent', 'Delivered', 'Undelivered'],
  Sent: ['Delivered', 'Undelivered'],
  Delivered: [],
  Undelivered: [],
  Failed: [],
};
/** How far a message has come. */
const STAGE: Readonly<Record<Status, number>> = {
  Queued: 0,
  Sending: 0,
  Unknown: 1,
  Sent: 2,
  Delivered: 3,
  Undelivered: 3,
  Failed: 3,
};
const PAIRS = STATUSES.flatMap((current) => STATUSES.map((next) => ({ current, next })));

const status = fc.constantFrom(...STATUSES);
const alive = fc.constantFrom(...STATUSES.filter((one) => !FINAL.includes(one)));
const steps = fc.array(status, { maxLength: 40 });

/** Everywhere that a message has been when each of these was tried on it in turn. */
function walk(start: Status, wishes: readonly Status[]): Status[] {
  const path = [start];
  for (const wish of wishes) {
    const current = path.at(-1) ?? start;
    if (mayBecome(current, wish)) path.push(wish);
  }
  return path;
}

describe('a status', () => {
  test.each(PAIRS)('becomes what the contract allows: $current, then $next', ({ current, next }) => {
    expect(mayBecome(current, next)).toBe(MAY_BECOME[current].includes(next));
    expect(statusesBefore(next).includes(current)).toBe(MAY_BECOME[current].includes(next));
  });

  test.each(STATUSES)('is final or not, as the contract says: %s', (one) => {
    expect(isFinal(one)).toBe(FINAL.includes(one));
  });

  it('never goes backwards on any path', () => {
    fc.assert(
      fc.property(status, steps, (start, wishes) => {
        const path = walk(start, wishes);
        for (const [index, one] of path.entries()) {
          const before = path[index - 1];
          if (before === undefined) continue;
          expect(STAGE[one]).toBeGreaterThanOrEqual(STAGE[before]);
          // Between Queued and Sending each attempt goes once; to nothing else does a message ever return.
          if (STAGE[one] > 0) expect(path.slice(0, index)).not.toContain(one);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays where it is once it is final', () => {
    fc.assert(
      fc.property(status, steps, steps, (start, wishes, later) => {
        const end = walk(start, wishes).at(-1) ?? start;
        if (FINAL.includes(end)) expect(walk(end, later)).toEqual([end]);
      }),
    );
  });

  it('never becomes itself, so that nothing is counted twice', () => {
    expect(STATUSES.filter((one) => mayBecome(one, one))).toEqual([]);
  });
});

describe('receipts', () => {
  const apply = (start: Status, states: readonly ReceiptState[]) => states.reduce(applyReceipt, start);

  test.each<[ReceiptState, Status]>([
    ['accepted', 'Sent'],
    ['delivered', 'Delivered'],
    ['undelivered', 'Undelivered'],
  ])('lead to a status: %s, %s', (state, expected) => {
    expect(statusAfterReceipt(state)).toBe(expected);
  });

  it('end in the same status in any order and with any repetition, if they report one end at most', () => {
    const reported = fc
      .constantFrom<ReceiptState>('delivered', 'undelivered', 'accepted')
      .chain((end) => fc.array(fc.constantFrom<ReceiptState>('accepted', end), { minLength: 1, maxLength: 8 }));
    const twoOrders = reported.chain((states) =>
      fc.tuple(
        fc.constant(states),
        fc
          .tuple(fc.shuffledSubarray(states, { minLength: states.length }), fc.subarray(states))
          .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length })),
      ),
    );
    fc.assert(
      fc.property(alive, twoOrders, (start, [states, mixed]) => {
        expect(apply(start, mixed)).toBe(apply(start, states));
      }),
      { numRuns: 500 },
    );
  });

  it('settle what is unknown, sent, being sent or waiting', () => {
    fc.assert(
      fc.property(alive, fc.constantFrom<ReceiptState>('delivered', 'undelivered'), (start, state) => {
        expect(applyReceipt(start, state)).toBe(statusAfterReceipt(state));
      }),
    );
  });

  it('change nothing once a message has ended, whatever they report', () => {
    const states = fc.array(fc.constantFrom<ReceiptState>('accepted', 'delivered', 'undelivered'), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...FINAL), states, (end, reported) => {
        expect(apply(end, reported)).toBe(end);
      }),
    );
  });

  it('let the first report of an end stand against a later one that says otherwise', () => {
    expect(apply('Sent', ['delivered', 'undelivered', 'accepted'])).toBe('Delivered');
    expect(apply('Sent', ['undelivered', 'delivered', 'accepted'])).toBe('Undelivered');
  });
});
