import type { Saboteur } from './saboteur.ts';

export const unprovedRefusal: Saboteur = {
  name: 'unproved-refusal',
  about: 'refuses a message without naming what closed it',
  breaks: 'Everything can be proved',
  withinSeconds: 15,
  outbound: (ports) => ({
    ...ports,
    messages: {
      claim: (...given) => ports.messages.claim(...given),
      recordFailure: (...given) => ports.messages.recordFailure(...given),
      record: (claim, result) =>
        ports.messages.record(claim, result.status === 'Failed' ? { ...result, refusedBy: undefined } : result),
    },
  }),
};
