import { randomUUID } from 'node:crypto';
import type { Saboteur } from './saboteur.ts';

export const noClaim: Saboteur = {
  name: 'no-claim',
  about: 'sends whatever the claim says',
  breaks: 'No message twice',
  withinSeconds: 30,
  outbound: (ports) => ({
    ...ports,
    messages: {
      record: (...given) => ports.messages.record(...given),
      recordFailure: (...given) => ports.messages.recordFailure(...given),
      async claim(ref, facts, seenBefore) {
        const result = await ports.messages.claim(ref, facts, seenBefore);
        if (result.kind === 'claimed') return result;
        return { kind: 'claimed', claim: { ...ref, claimId: randomUUID(), attempt: 1, from: facts.from } };
      },
    },
  }),
};
