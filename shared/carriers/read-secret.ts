import type * as z from 'zod/mini';

/**
 * A carrier's secret as it is stored, by the schema of what this carrier needs.
 * @param shape what the secret must be, for whoever has to mend it
 * @throws Error that says so and names the fields that are missing or wrong, never their values
 */
export function readSecret<T extends z.ZodMiniType>(
  schema: T,
  secret: unknown,
  carrier: string,
  shape: string,
): z.output<T> {
  const result = schema.safeParse(secret);
  if (result.success) return result.data;
  const fields = new Set(result.error.issues.map(({ path }) => String(path[0] ?? 'the whole secret')));
  throw new Error(`The secret of carrier ${carrier} must be ${shape}; missing or wrong: ${[...fields].join(', ')}`);
}
