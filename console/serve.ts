import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import { loopbackOnly } from '../local/simulator/loopback.ts';
import { type Bundle, bundlePage } from './bundle.ts';

export interface ConsoleOptions {
  /** The API token of this run, with which the page reads consent. It only ever goes to pages of this machine. */
  readonly token: string;
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const readPageFile = (name: string): Promise<string> => readFile(new URL(`./page/${name}`, import.meta.url), 'utf8');

/**
 * The page with the phones, to be mounted at the root: `/`, `/console/…` and `/favicon.svg`. It is bundled at the first
 * request and kept from then on.
 * @example
 * app.route('/', createConsole({ token }));
 */
export function createConsole({ token }: ConsoleOptions): Hono {
  let bundling: Promise<Bundle> | undefined;
  const bundle = (): Promise<Bundle> => {
    bundling ??= bundlePage().catch((error: unknown) => {
      // Somebody may mend the page meanwhile.
      bundling = undefined;
      throw error;
    });
    return bundling;
  };

  const send = (context: Context, body: string, contentType: string, cacheControl: string): Response =>
    context.body(body, 200, { 'content-type': contentType, 'cache-control': cacheControl });
  const sendVersioned = async (context: Context, kind: 'script' | 'style', contentType: string): Promise<Response> => {
    const built = await bundle();
    const asked = context.req.param('version');
    // A page of an earlier run may still ask for its own files; it gets the present ones, but must not keep them.
    return send(
      context,
      built[kind],
      contentType,
      asked === built.version ? 'public, max-age=31536000, immutable' : 'no-store',
    );
  };

  const page = new Hono();
  // Only on the page's own paths: what else is mounted at the root keeps its own headers.
  for (const path of ['/', '/console/*', '/favicon.svg']) {
    page.use(path, loopbackOnly, async (context, next) => {
      await next();
      for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    });
  }
  page.get('/', async (context) => {
    const [html, { version }] = await Promise.all([readPageFile('index.html'), bundle()]);
    const filled = html.replaceAll('%VERSION%', version).replaceAll('%TOKEN%', () => escapeAttribute(token));
    // It holds the token, so no cache may hold it.
    return send(context, filled, 'text/html; charset=utf-8', 'no-store');
  });
  page.get('/console/:version/page.js', (context) =>
    sendVersioned(context, 'script', 'text/javascript; charset=utf-8'),
  );
  page.get('/console/:version/page.css', (context) => sendVersioned(context, 'style', 'text/css; charset=utf-8'));
  page.get('/favicon.svg', async (context) =>
    send(context, await readPageFile('favicon.svg'), 'image/svg+xml', 'public, max-age=86400'),
  );
  return page;
}
