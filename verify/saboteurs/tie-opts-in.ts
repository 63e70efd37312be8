import type { Consent } from '../../shared/consent/merge.ts';
import type { Saboteur } from './saboteur.ts';

export const tieOptsIn: Saboteur = {
  name: 'tie-opts-in',
  about: 'takes a tie for an opt-in: compares with >= where the rule says >',
  breaks: 'No message after STOP',
  withinSeconds: 30,
  outbound: (ports) => ({
    ...ports,
    consent: {
      apply: (...given) => ports.consent.apply(...given),
      read: async (of) => generous(await ports.consent.read(of)),
      async readMany(recipients) {
        const read = await ports.consent.readMany(recipients);
        return (of) => {
          const consent = read(of);
          return consent && generous(consent);
        };
      },
    },
  }),
};

function generous({ optIn, optOuts }: Consent): Consent {
  if (!optIn) return { optOuts };
  const closed = Object.entries(optOuts).filter(([, { at }]) => !(optIn.at >= at));
  return { optIn, optOuts: Object.fromEntries(closed) };
}
