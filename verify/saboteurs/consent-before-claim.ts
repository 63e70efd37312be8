import type { Saboteur } from './saboteur.ts';

export const consentBeforeClaim: Saboteur = {
  name: 'consent-before-claim',
  about: 'reads consent before the message is claimed, and takes it for fresh afterwards',
  breaks: 'No message after STOP',
  withinSeconds: 30,
  outbound(ports) {
    const early = new Map<string, ReturnType<typeof ports.consent.read>>();
    const keyOf = ({ account, recipient }: { account: string; recipient: string }) => `${account}#${recipient}`;
    return {
      ...ports,
      messages: {
        record: (...given) => ports.messages.record(...given),
        recordFailure: (...given) => ports.messages.recordFailure(...given),
        async claim(ref, ...given) {
          const of = { account: ref.account, recipient: ref.to };
          const read = ports.consent.read(of);
          read.catch(() => {});
          early.set(keyOf(of), read);
          await read.catch(() => {});
          return ports.messages.claim(ref, ...given);
        },
      },
      consent: {
        apply: (...given) => ports.consent.apply(...given),
        read: async (of) => early.get(keyOf(of)) ?? ports.consent.read(of),
        async readMany(recipients) {
          const known = new Map(
            await Promise.all(
              recipients.map(async (of) => [keyOf(of), await early.get(keyOf(of))?.catch(() => undefined)] as const),
            ),
          );
          return (of) => known.get(keyOf(of));
        },
      },
    };
  },
};
