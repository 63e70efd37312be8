import { addBusinessDays } from './business-days.ts';
import type { Instant } from './merge.ts';

/**
 * A wish to be left alone, in whatever reasonable words, has to be heeded within a reasonable time, at most ten business days
 * from its receipt: 47 CFR 64.1200(a)(10).
 */
const DECIDE_WITHIN = 10;
/** Business days before the deadline from which an undecided review raises an alarm. */
const WARN_BEFORE = 2;

/** Until when somebody has to decide on a message heard at this time: the same time of day, ten business days later. */
export const reviewDeadline = (heardAt: Instant): Instant => addBusinessDays(heardAt, DECIDE_WITHIN);

/** Whether the deadline is at most two business days away, or over. */
export const isDueSoon = (deadline: Instant, now: Instant): boolean => now >= addBusinessDays(deadline, -WARN_BEFORE);

/**
 * The latest deadline that can be due soon now; not all up to it are. It is a day further than the rule says, because from
 * a weekend the same number of business days ends earlier in the day.
 */
export const latestDueSoon = (now: Instant): Instant => addBusinessDays(now, WARN_BEFORE + 1);
