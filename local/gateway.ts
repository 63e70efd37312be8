import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ROUTES, type Route } from '../shared/runtime/topology.ts';

export interface GatewayOptions {
  /** What a `caller` route asks for, in place of IAM. */
  readonly token: string;
  readonly invoke: (
    route: Route,
    event: APIGatewayProxyEventV2,
  ) => Promise<APIGatewayProxyStructuredResultV2 | undefined>;
}

/** API Gateway takes no more. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Calls functions by HTTP as API Gateway's HTTP API does: the same routes, events of format 2.0, the same answers. */
export function createGateway(options: GatewayOptions): Hono {
  const app = new Hono();
  app.use('/webhooks/*', bodyLimit({ maxSize: MAX_BODY_BYTES }));
  for (const route of ROUTES) {
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      if (route.authorizedBy === 'caller' && !hasToken(context, options.token)) {
        return context.json({ message: 'Forbidden' }, 403);
      }
      return toResponse(await options.invoke(route, await toEvent(context, route)));
    });
  }
  return app;
}

function hasToken(context: Context, token: string): boolean {
  const given = context.req.header('authorization') ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(`Bearer ${token}`));
}

async function toEvent(context: Context, route: Route): Promise<APIGatewayProxyEventV2> {
  const url = new URL(context.req.url);
  const body = Buffer.from(await context.req.arrayBuffer());
  const { method } = context.req;
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: context.req.header(),
    queryStringParameters: Object.fromEntries(url.searchParams),
    pathParameters: context.req.param() as Record<string, string>,
    // Bodies arrive encoded, so that a function that forgets to decode them fails here too.
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: url.hostname,
      domainPrefix: 'local',
      http: { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: crypto.randomUUID(),
      routeKey: `${route.method} ${route.path}`,
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
  };
}

function toResponse(result: APIGatewayProxyStructuredResultV2 | undefined): Response {
  if (!result?.statusCode) return Response.json({ message: 'Internal Server Error' }, { status: 500 });
  const headers = new Headers();
  for (const [name, value] of Object.entries(result.headers ?? {})) headers.set(name, String(value));
  for (const cookie of result.cookies ?? []) headers.append('set-cookie', cookie);
  const body = result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64') : (result.body ?? '');
  return new Response(body, { status: result.statusCode, headers });
}
