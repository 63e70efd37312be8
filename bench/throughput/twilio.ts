import { TWILIO } from '../outbound-function.ts';

const AUTHORIZATION = `Basic ${Buffer.from(`${TWILIO.accountSid}:${TWILIO.authToken}`).toString('base64')}`;

/** Hands a message to Twilio's REST API, as short as it can be said. */
export async function sendByTwilio(
  url: string,
  { from, to, body }: { readonly from: string; readonly to: string; readonly body: string },
): Promise<string> {
  const response = await fetch(`${url}/2010-04-01/Accounts/${TWILIO.accountSid}/Messages.json`, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION },
    body: new URLSearchParams({ To: to, From: from, Body: body }),
  });
  const { sid } = (await response.json()) as { sid: string };
  return sid;
}
