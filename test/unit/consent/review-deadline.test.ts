import fc from 'fast-check';
import { addBusinessDays, dayOf, isBusinessDay } from '../../../shared/consent/business-days.ts';
import { isDueSoon, latestDueSoon, reviewDeadline } from '../../../shared/consent/review-deadline.ts';

const instant = fc
  .date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2060-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('the deadline of a review', () => {
  it('is ten business days after the message was heard', () => {
    expect(reviewDeadline('2026-11-23T15:00:00.000Z')).toBe('2026-12-08T15:00:00.000Z');
  });

  it('is on a business day, ten to nineteen days away', () => {
    fc.assert(
      fc.property(instant, (heardAt) => {
        const deadline = reviewDeadline(heardAt);
        const away = (Date.parse(deadline) - Date.parse(heardAt)) / 86_400_000;
        expect(isBusinessDay(dayOf(deadline))).toBe(true);
        expect(away).toBeGreaterThan(10);
        expect(away).toBeLessThan(19);
      }),
    );
  });

  it.each([
    ['2026-12-04T14:59:59.999Z', false],
    ['2026-12-04T15:00:00.000Z', true],
    ['2026-12-08T15:00:00.000Z', true],
    ['2027-12-08T15:00:00.000Z', true],
  ])('of 8 December, 15:00, is due soon at %s: %s', (now, expected) => {
    expect(isDueSoon('2026-12-08T15:00:00.000Z', now)).toBe(expected);
  });

  it('is never due soon beyond the latest that is looked at', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 12 * 24 * 60 }), (heardAt, minutes) => {
        const deadline = reviewDeadline(heardAt);
        const now = new Date(Date.parse(addBusinessDays(deadline, -2)) + minutes * 60_000).toISOString();
        expect(isDueSoon(deadline, now)).toBe(true);
        expect(deadline <= latestDueSoon(now)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
