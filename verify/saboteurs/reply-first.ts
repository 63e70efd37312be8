import type { Reply } from '../../shared/messages/reply.ts';
import type { Saboteur } from './saboteur.ts';

export const replyFirst: Saboteur = {
  name: 'reply-first',
  about: 'queues the reply before the event is stored',
  breaks: 'Store first, reply once',
  withinSeconds: 30,
  inbound: (ports) => ({
    ...ports,
    events: {
      async keep(event) {
        if (event.verdict === 'act' && event.intent !== 'none') {
          const reply: Reply = {
            eventId: event.eventId,
            account: event.account,
            from: event.sender,
            to: event.recipient,
            carrier: event.carrier,
            kind: event.intent,
            language: 'en',
            expiresAt: new Date(ports.clock() + 300_000).toISOString(),
          };
          await ports.replies.send(reply).catch(() => {});
        }
        return ports.events.keep(event);
      },
    },
    replies: { send: async () => {} },
  }),
};
