/**
 * Stands in for `@aws-sdk/endpoint-cache` in the deployed bundles. DynamoDB's client brings the cache of an endpoint
 * discovery that is off unless somebody asks for it, and which works without a cache too.
 * `constructs/bundling.ts` swaps it in; nothing imports it by name.
 */
export class EndpointCache {
  getEndpoint(): undefined {}
  get(): undefined {}
  set(): void {}
  delete(): void {}
  has(): boolean {
    return false;
  }
  clear(): void {}
}
