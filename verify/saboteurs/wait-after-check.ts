import { setTimeout as sleep } from 'node:timers/promises';
import type { Saboteur } from './saboteur.ts';

const WAIT_MS = 900;

export const waitAfterCheck: Saboteur = {
  name: 'wait-after-check',
  about: 'waits between the consent read and the carrier',
  breaks: 'Consent is fresh at the wire',
  withinSeconds: 15,
  outbound: (ports) => ({
    ...ports,
    async sendingBy(carrier) {
      const sending = await ports.sendingBy(carrier);
      return (
        sending && {
          prepare: async () => sending.prepare?.(),
          async send(message) {
            await sleep(WAIT_MS);
            return sending.send(message);
          },
        }
      );
    },
  }),
};
