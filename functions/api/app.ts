import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import { isRecipient } from '../../shared/messages/address.ts';
import { accountName } from '../../shared/messages/sender.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import { describeConsent } from './describe-consent.ts';

export interface ApiPorts {
  readonly ledger: Pick<Ledger, 'consent' | 'senders' | 'history' | 'messages' | 'blocks'>;
  readonly defaultAccount: string;
  readonly clock: () => number;
  readonly logger: Logger;
}

/** The HTTP API (contract, section 7). Who may call is the gateway's business: IAM in AWS, a token in the local run. */
export function createApi({ ledger, defaultAccount, clock, logger }: ApiPorts): Hono {
  const accountOf = (context: Context): string => {
    const account = context.req.query('account') ?? defaultAccount;
    if (!accountName.safeParse(account).success)
      throw new HTTPException(400, { message: 'account is no account name' });
    return account;
  };

  return new Hono()
    .use(secureHeaders({ strictTransportSecurity: 'max-age=63072000; includeSubDomains' }))
    .use(async (context, next) => {
      await next();
      // What is known of a person belongs in no cache.
      context.header('cache-control', 'no-store');
    })
    .get('/v1/recipients/:number', async (context) => {
      const recipient = context.req.param('number');
      if (!isRecipient(recipient))
        throw new HTTPException(400, { message: 'The number is not E.164, like +15555550123' });
      const account = accountOf(context);
      const readAt = new Date(clock()).toISOString();
      const [consent, registered, timeline, blocks] = await Promise.all([
        ledger.consent.read({ account, recipient }),
        ledger.senders.ofAccount(account),
        ledger.history.timeline(account, recipient),
        ledger.blocks.of({ account, recipient }),
      ]);
      const senders = describeConsent(consent, registered, readAt, blocks);
      return context.json({ recipient, account, senders, timeline });
    })
    .get('/v1/messages/:messageId', async (context) => {
      const to = context.req.query('to');
      if (!to) throw new HTTPException(400, { message: 'to, the recipient, is missing' });
      const message = await ledger.messages.find({
        kind: 'message',
        account: accountOf(context),
        to,
        messageId: context.req.param('messageId'),
      });
      if (!message) throw new HTTPException(404, { message: 'There is no such message to this recipient' });
      const { kind, claimId, claimUntil, turn, ...known } = message;
      return context.json(known);
    })
    .notFound((context) => problem(context, 404, 'There is nothing here'))
    .onError((error, context) => {
      if (error instanceof HTTPException) return problem(context, error.status, error.message);
      logger.error('A call failed', { error: safeError(error) });
      return problem(context, 500, 'Something went wrong here; try again');
    });
}

/** RFC 9457. */
function problem(context: Context, status: number, title: string): Response {
  return context.body(JSON.stringify({ title, status }), status as 400, { 'content-type': 'application/problem+json' });
}
