import type { MiddlewareHandler } from 'hono';
import { problem } from './problems.ts';

/** Whether the host, with or without a port, is this machine's loopback interface. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && isLoopbackHost(url.host);
}

/**
 * Refuses what another web site makes a browser on this machine ask for: a name that was bound anew to 127.0.0.1 (seen in
 * Host), and a page of another origin (seen in Origin).
 */
export const loopbackOnly: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? new URL(context.req.url).host;
  if (!isLoopbackHost(host)) {
    return problem(403, 'Only for this machine', 'Ask by the address 127.0.0.1, localhost or [::1].');
  }
  const origin = context.req.header('origin');
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    return problem(403, 'Only for pages of this address', 'A page of another origin may not use this address.');
  }
  return next();
};
