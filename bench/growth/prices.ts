/**
 * List prices of us-east-1 in USD, without any free tier, as they stood in autumn 2026. Look them up again before relying on
 * them; the source of each is named with it.
 */
export const PRICES = {
  /** A read request unit, on demand. aws.amazon.com/dynamodb/pricing/on-demand, since 1 November 2024. */
  readUnit: 0.125 / 1_000_000,
  /** A write request unit, on demand. The same page. */
  writeUnit: 0.625 / 1_000_000,
  /** A gigabyte in a table for a month, standard class. The same page. */
  storedGigabyteMonth: 0.25,
  /** A request to a standard queue, of up to 64 KB. aws.amazon.com/sqs/pricing. */
  sqsRequest: 0.4 / 1_000_000,
  /** A request to a function. aws.amazon.com/lambda/pricing. */
  lambdaRequest: 0.2 / 1_000_000,
  /** A gigabyte of a function's memory for a second, arm64. The same page. */
  lambdaGigabyteSecond: 0.0000133334,
  /** A gigabyte of logs ingested. aws.amazon.com/cloudwatch/pricing. */
  loggedGigabyte: 0.5,
} as const;
