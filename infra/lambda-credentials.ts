/**
 * Stands in for `@aws-sdk/credential-provider-node` in the deployed bundles. The SDK's own chain asks files, SSO, STS and
 * metadata services where credentials may be; Lambda always puts them into the environment, so the rest (about 120 KB
 * minified) would only be loaded at each cold start. `constructs/bundling.ts` swaps it in; nothing imports it by name.
 */

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * What the SDK's clients import: makes a function that gives the credentials of the function's role. Lambda renews them
 * with the execution environment, so within one process they never change.
 */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('No AWS credentials in the environment: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
};
