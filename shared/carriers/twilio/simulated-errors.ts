/** Twilio's error codes that matter to a sender, with HTTP status and text. Source: https://www.twilio.com/docs/api/errors */
const KNOWN: Readonly<Record<string, readonly [status: number, message: string]>> = {
  '14107': [429, 'Message rate limit exceeded'],
  '20003': [401, 'Authenticate'],
  '20404': [404, 'The requested resource was not found'],
  '20429': [429, 'Too Many Requests'],
  '20500': [500, 'Internal Server Error'],
  '20503': [503, 'Service Unavailable'],
  '21211': [400, "Invalid 'To' Phone Number"],
  '21212': [400, "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID."],
  '21408': [400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"],
  '21602': [400, 'Message body is required.'],
  '21603': [400, "A 'From' phone number is required."],
  '21604': [400, "A 'To' phone number is required."],
  '21606': [
    400,
    "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination.",
  ],
  '21608': [400, 'The number is unverified. Trial accounts cannot send messages to unverified numbers'],
  '21609': [400, "The 'StatusCallback' URL is not a valid URL."],
  '21610': [400, 'Attempt to send to unsubscribed recipient'],
  '21611': [429, "This 'From' number has exceeded the maximum number of queued messages"],
  '21612': [400, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"],
  '21614': [400, "'To' number is not a valid mobile number"],
  '21617': [400, 'The concatenated message body exceeds the 1600 character limit'],
  '30001': [429, 'Queue overflow'],
  '30003': [400, 'Unreachable destination handset'],
  '30004': [400, 'Message blocked'],
  '30005': [400, 'Unknown destination handset'],
  '30006': [400, 'Landline or unreachable carrier'],
  '30007': [400, 'Message filtered'],
  '30008': [400, 'Unknown error'],
  '30034': [400, 'Message from an Unregistered Number'],
};

/** Whether Twilio could answer with this: one of its five-digit codes, or an HTTP status, for which 20000 is added. */
export const isTwilioError = (code: string): boolean => /^(?:[1-9]\d{4}|[45]\d\d)$/.test(code);

/** The body and the status that Twilio answers for one of its codes. */
export function twilioError(
  code: string,
  message?: string,
): { readonly status: number; readonly body: { code: number; message: string; more_info: string; status: number } } {
  const full = code.length === 3 ? String(20_000 + Number(code)) : code;
  const [status, text] = KNOWN[full] ?? [code.length === 3 ? Number(code) : 400, `Error ${full}`];
  return {
    status,
    body: {
      code: Number(full),
      message: message ?? text,
      more_info: `https://www.twilio.com/docs/errors/${full}`,
      status,
    },
  };
}
