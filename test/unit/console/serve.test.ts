import { describe, expect, test } from '@jest/globals';
import { createConsole } from '../../../console/serve.ts';

const page = createConsole({ token: 'to"ken<&' });
const get = (path: string, headers: Record<string, string> = { host: '127.0.0.1:3000' }) =>
  page.request(path, { headers });
const linked = async (kind: 'js' | 'css'): Promise<string> =>
  (await (await get('/')).text()).match(new RegExp(`/console/[0-9a-f]{16}/page\\.${kind}`))?.[0] ?? '';

describe('the page', () => {
  test('holds the token, escaped, and is kept in no cache', async () => {
    const response = await get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain('<meta name="stopgate-token" content="to&quot;ken&lt;&amp;">');
    expect(html).not.toMatch(/%[A-Z]+%/);
  });

  test('allows no script but its own, and no page around it', async () => {
    const { headers } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const html = await (await get('/')).text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=| style=/);
  });

  test('takes nothing from a network', async () => {
    const files = await Promise.all([get('/'), get(await linked('css')), get('/favicon.svg')]);
    for (const file of files)
      expect(await file.text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\//);
  });

  test('goes to nobody who asks by a name that is not this machine', async () => {
    for (const path of ['/', '/console/0/page.js', '/favicon.svg']) {
      const response = await get(path, { host: 'stopgate.example' });
      expect(response.status).toBe(403);
      expect(await response.text()).not.toContain('ken');
    }
  });
});

describe('its files', () => {
  test('are bundled, typed, and kept for ever under their version', async () => {
    for (const [kind, type] of [
      ['js', 'text/javascript; charset=utf-8'],
      ['css', 'text/css; charset=utf-8'],
    ] as const) {
      const response = await get(await linked(kind));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect((await response.text()).length).toBeGreaterThan(5_000);
    }
  });

  test('are not kept under the version of an earlier run', async () => {
    const response = await get('/console/0123456789abcdef/page.js');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('stay small', async () => {
    const [script, style] = await Promise.all([get(await linked('js')), get(await linked('css'))]);
    expect((await script.arrayBuffer()).byteLength).toBeLessThan(280_000);
    expect((await style.arrayBuffer()).byteLength).toBeLessThan(30_000);
  });
});

test('what is mounted beside the page keeps its own headers', async () => {
  expect((await get('/v1/messages/one')).status).toBe(404);
  expect((await get('/v1/messages/one')).headers.get('content-security-policy')).toBeNull();
});
