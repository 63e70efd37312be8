/**
 * When a text was sent, by a carrier that may tell it to the second: then the end of that second. A START right after a
 * STOP would otherwise count from before it.
 * @param time RFC 3339
 */
export const endOfSecond = (time: string | undefined): string | undefined =>
  time?.replace(/(T\d\d:\d\d:\d\d)(?=Z|[+-]\d|$)/i, '$1.999');
