import { only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';
import { allowedMs } from './no-message-after-stop.ts';

/** Promise 1, as seen at the wire: the process that sends has asked for consent just before. */
export const freshConsent: Judge = {
  name: 'Consent is fresh at the wire',
  cases: 'requests with a message that reached a carrier',
  judge(lines) {
    const left = only(lines, 'left');
    const breaches = left.flatMap(({ messageId: about, at, heldUpMs, consentAskedAt }): Breach[] => {
      if (consentAskedAt === undefined) return [{ about, what: 'left without a consent read of its recipient' }];
      const age = at - consentAskedAt;
      return age > allowedMs(heldUpMs) ? [{ about, what: `left ${age} ms after its consent read` }] : [];
    });
    return { judged: left.length, breaches };
  },
};
