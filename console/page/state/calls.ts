import type { CarrierState, RememberedBubble, SenderConsent } from '../wire.ts';

/** The page's calls to the pipeline. Each fails with an error whose message a person can read. */

export class CallFailed extends Error {
  override readonly name = 'CallFailed';
}

async function call<T>(method: string, path: string, options: { body?: object; token?: string } = {}): Promise<T> {
  const { body, token } = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
  } catch (error) {
    throw new CallFailed('The pipeline did not answer.', { cause: error });
  }
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = {};
  }
  if (response.ok) return answer as T;
  const { detail, title, message } = answer as { detail?: string; title?: string; message?: string };
  throw new CallFailed(detail ?? title ?? message ?? `The pipeline answered ${response.status}.`);
}

export interface CampaignOrder {
  readonly from: string;
  readonly body: string;
  readonly count: number;
  readonly recipients: readonly string[];
  readonly category: 'promotional' | 'transactional';
  readonly campaignId: string;
}

export interface BehaviourChange {
  readonly delayMs?: number;
  readonly error?: string | null;
  readonly dropAnswer?: boolean;
  readonly receipts?: boolean;
}

export const sendCampaign = (order: CampaignOrder): Promise<{ campaignId: string; queued: number }> =>
  call('POST', '/simulator/campaigns', { body: order });

export const textSender = (
  from: string,
  to: string,
  body: string,
): Promise<{ carrierMessageId: string; webhookStatus: number | null }> =>
  call('POST', '/simulator/replies', { body: { from, to, body } });

export const changeCarrier = (carrier: string, change: BehaviourChange): Promise<CarrierState> =>
  call('PUT', `/simulator/carriers/${carrier}`, { body: change });

export const readConversation = (recipient: string): Promise<RememberedBubble[]> =>
  call('GET', `/simulator/handsets/${encodeURIComponent(recipient)}`);

export async function readConsent(
  recipient: string,
  account: string,
  token: string,
): Promise<readonly SenderConsent[]> {
  const path = `/v1/recipients/${encodeURIComponent(recipient)}?account=${encodeURIComponent(account)}`;
  const { senders } = await call<{ senders: readonly SenderConsent[] }>('GET', path, { token });
  return senders;
}
