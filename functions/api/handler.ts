import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { handle } from 'hono/aws-lambda';
import { NO_EVENTS } from '../../shared/runtime/logging.ts';
import { type ApiPorts, createApi } from './app.ts';

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Answers what is known of a recipient or a message. */
export function createApiHandler(ports: ApiPorts): ApiHandler {
  const answer = handle(createApi(ports)) as unknown as ApiHandler;
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(ports.logger, NO_EVENTS))
    .handler((event, context) => answer(event, context as Context)) as unknown as ApiHandler;
}
