import type * as z from 'zod/mini';
import { UnreadableEvent } from './carrier.ts';

/**
 * What a carrier sent, by the schema of its documents.
 * @throws UnreadableEvent that names the fields that are missing or wrong, never their values
 */
export function readEvent<T extends z.ZodMiniType>(schema: T, sent: unknown): z.output<T> {
  const result = schema.safeParse(sent);
  if (result.success) return result.data;
  const fields = new Set(result.error.issues.map((issue) => String(issue.path[0] ?? 'the whole message')));
  throw new UnreadableEvent(`missing or wrong: ${[...fields].join(', ')}`);
}
