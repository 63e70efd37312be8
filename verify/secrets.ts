/** Twilio's credentials in this run; the functions have no others. */
export const TWILIO = { accountSid: 'AC00000000000000000000000000000000', authToken: 'verify-auth-token' };

/** What the functions find in their secret store. */
export const SECRETS = {
  twilio: { accountSid: TWILIO.accountSid, authTokens: [TWILIO.authToken] },
  'log-key': 'the key of the log hashes',
};
