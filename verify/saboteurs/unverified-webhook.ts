import type { Saboteur } from './saboteur.ts';

export const unverifiedWebhook: Saboteur = {
  name: 'unverified-webhook',
  about: 'takes every webhook for genuine',
  breaks: 'Nothing forged gets in',
  withinSeconds: 15,
  inbound: (ports) => ({
    ...ports,
    async webhookOf(carrier) {
      const webhook = await ports.webhookOf(carrier);
      return webhook && { ...webhook, verify: () => 'genuine' };
    },
  }),
};
