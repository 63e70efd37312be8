import type { Consent } from '../../shared/consent/merge.ts';
import type { Saboteur } from './saboteur.ts';

const REMEMBER_MS = 1_000;

export const cachedConsent: Saboteur = {
  name: 'cached-consent',
  about: 'remembers consent for a second',
  breaks: 'No message after STOP',
  withinSeconds: 30,
  outbound(ports) {
    const remembered = new Map<string, { readonly consent: Consent; readonly until: number }>();
    const keyOf = ({ account, recipient }: { account: string; recipient: string }) => `${account}#${recipient}`;
    return {
      ...ports,
      consent: {
        apply: (...given) => ports.consent.apply(...given),
        read: (of) => ports.consent.read(of),
        async readMany(recipients) {
          const fresh = await ports.consent.readMany(recipients);
          return (of) => {
            const known = remembered.get(keyOf(of));
            if (known && known.until > Date.now()) return known.consent;
            const consent = fresh(of);
            if (consent) remembered.set(keyOf(of), { consent, until: Date.now() + REMEMBER_MS });
            return consent;
          };
        },
      },
    };
  },
};
