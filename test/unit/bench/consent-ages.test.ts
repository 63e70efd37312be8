import { ConsentAges } from '../../../bench/consent-ages.ts';
import { isReached } from '../../../bench/figure.ts';

const agesOf = (...milliseconds: number[]) => {
  const ages = new ConsentAges();
  for (const age of milliseconds) ages.add(age);
  return ages;
};

describe('the ages of consent reads', () => {
  test('have a p99 and a maximum', () => {
    const ages = agesOf(...Array.from({ length: 200 }, (_, index) => index + 1));
    expect(ages.rows(200).map(({ name, value }) => [name, value.median])).toEqual([
      ['age of the consent read: p99', 198],
      ['age of the consent read: max', 200],
    ]);
  });

  test('are rounded up, never down', () => {
    expect(agesOf(250.1).quantile(1)).toBe(251);
  });

  test('can come from another process', () => {
    const ages = agesOf(1, 7);
    ages.addAll(JSON.parse(JSON.stringify(agesOf(7, 3).counts)));
    expect(ages.count).toBe(4);
    expect([0.25, 0.5, 0.75, 1].map((share) => ages.quantile(share))).toEqual([1, 3, 7, 7]);
  });

  test.each([
    [250, true],
    [251, false],
  ])('of %i ms: within the limit: %s', (age, reached) => {
    expect(agesOf(1, age).rows(2).map(isReached)).toEqual([reached, reached]);
  });

  test('must not be fewer than the messages that left', () => {
    expect(() => agesOf(1, 2).rows(3)).toThrow('3 messages left, but 2 have an age');
  });

  test('of nothing is a mistake', () => {
    expect(() => agesOf().rows(0)).toThrow('No message left');
  });
});
