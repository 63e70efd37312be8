import { only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

/** Promise 5. A webhook without a valid signature is refused, and leaves no trace. */
export const nothingForged: Judge = {
  name: 'Nothing forged gets in',
  cases: 'forged webhooks',
  judge(lines) {
    const forged = only(lines, 'text').filter((text) => text.forged);
    const events = new Set(only(lines, 'event').map(({ eventId }) => eventId));
    const breaches = forged.flatMap(({ eventId: about, answer }): Breach[] => {
      if (events.has(about)) return [{ about, what: 'was forged, and the table has it' }];
      // A function that was killed, or could not answer, has not let it in either.
      const isRefused = answer === 'none' || answer === 401 || answer === 403 || Number(answer) >= 500;
      return isRefused ? [] : [{ about, what: `was forged and answered with ${answer}` }];
    });
    return { judged: forged.length, breaches };
  },
};
