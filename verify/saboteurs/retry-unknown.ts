import type { Saboteur } from './saboteur.ts';

export const retryUnknown: Saboteur = {
  name: 'retry-unknown',
  about: 'tries again where the answer of a carrier never came',
  breaks: 'No message twice',
  withinSeconds: 30,
  outbound: (ports) => ({
    ...ports,
    async sendingBy(carrier) {
      const sending = await ports.sendingBy(carrier);
      return (
        sending && {
          prepare: async () => sending.prepare?.(),
          async send(message) {
            const outcome = await sending.send(message);
            return outcome.kind === 'unknown'
              ? { kind: 'later', because: 'transient', detail: outcome.detail }
              : outcome;
          },
        }
      );
    },
  }),
};
