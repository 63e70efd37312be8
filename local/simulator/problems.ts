import type { z } from 'zod';

/** A field of a request and what is wrong with it. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** A problem document (RFC 9457). */
export function problem(status: number, title: string, detail: string, errors?: readonly FieldProblem[]): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, detail, ...(errors && { errors }) }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

/** Names each wrong or unknown field. */
export function problemOf(error: z.ZodError): Response {
  const errors = error.issues.flatMap((issue): FieldProblem[] => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: path ? `${path}.${key}` : key, problem: 'there is no such field' }));
    }
    return [{ field: path || '(body)', problem: issue.message }];
  });
  const detail = errors.map(({ field, problem: what }) => `${field}: ${what}`).join('; ');
  return problem(400, 'The request is wrong', detail, errors);
}
