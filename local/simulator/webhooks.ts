import type { WebhookCall } from '../../shared/carriers/simulated-carrier.ts';

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Calls our webhook. Throws where no answer comes. */
export type CallWebhook = (call: WebhookCall) => Promise<WebhookAnswer>;

/** The most patient carrier waits this long for an answer. */
const TIMEOUT_MS = 15_000;
/** Carriers call again when no connection came about. */
const ATTEMPTS = 2;

const neverConnected = (error: unknown): boolean => {
  const code = (error as { cause?: { code?: string } }).cause?.code;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_CONNECT_TIMEOUT';
};

/** @param ending ends all calls under way */
export const webhookCaller =
  (ending: AbortSignal): CallWebhook =>
  async ({ url, method, headers, body = null }) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await fetch(url, {
          method,
          headers,
          body,
          redirect: 'manual',
          signal: AbortSignal.any([ending, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        return {
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          body: await response.text(),
        };
      } catch (error) {
        if (attempt >= ATTEMPTS || ending.aborted || !neverConnected(error)) throw error;
      }
    }
  };
