import type { Saboteur } from './saboteur.ts';

export const swallowedStoreError: Saboteur = {
  name: 'swallowed-store-error',
  about: 'goes on where an event or its consent could not be stored',
  breaks: 'No STOP lost',
  withinSeconds: 30,
  inbound: (ports) => ({
    ...ports,
    events: { keep: (event) => ports.events.keep(event).catch(() => ({ event, isNew: true })) },
    consent: {
      read: (of) => ports.consent.read(of),
      apply: (...given) => ports.consent.apply(...given).catch(() => true),
    },
  }),
};
