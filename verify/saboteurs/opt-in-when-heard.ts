import type { Saboteur } from './saboteur.ts';

export const optInWhenHeard: Saboteur = {
  name: 'opt-in-when-heard',
  about: 'counts an opt-in from when it was heard, so that a late one reopens',
  breaks: 'Order does not matter',
  withinSeconds: 15,
  inbound: (ports) => ({
    ...ports,
    events: {
      keep: (event) => ports.events.keep(event.intent === 'opt-in' ? { ...event, countsFrom: event.heardAt } : event),
    },
  }),
};
