/**
 * What a carrier answers, byte by byte, before it is known which server writes it; `'drop'` means that the connection ends
 * without an answer.
 */
export type WireAnswer =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | 'drop';
