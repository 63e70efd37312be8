import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Route } from '../../shared/runtime/topology.ts';

/**
 * What is logged of a request. The route's pattern, never the path or the query: a phone number stands in them.
 * Nor the address that it came from; who called is told by the principal, where there is one.
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  error: '$context.error.responseType',
  caller: '$context.identity.userArn',
};

export interface HttpApiProps {
  readonly name: string;
  /** What each route takes before API Gateway answers 429. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly logRetention: RetentionDays;
}

/**
 * The HTTP API that carriers and callers reach: throttled, logged without personal data, closed to browsers of other
 * sites (no CORS).
 *
 * @example
 * const api = new HttpApi(this, 'Api', { name: 'orders', requestsPerSecond: 100, burst: 200, logRetention });
 * api.route({ method: 'GET', path: '/orders/{id}', authorizedBy: 'caller' }, handler);
 */
export class HttpApi extends Construct {
  private readonly api: Api;
  private readonly integrations = new Map<IFunction, HttpLambdaIntegration>();

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.api = new Api(this, 'Api', { apiName: props.name, createDefaultStage: false });
    const log = new LogGroup(this, 'AccessLog', {
      // Under this prefix API Gateway need not add to the log service's resource policy, whose size is limited.
      logGroupName: `/aws/vendedlogs/${props.name}/access`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.requestsPerSecond, burstLimit: props.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** Where the API is reached, without a slash at the end. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /** Sends the requests of a route to a function, in payload format 2.0. */
  route({ method, path, authorizedBy }: Omit<Route, 'function'>, handler: IFunction): void {
    const route = new HttpRoute(this, `${method} ${path}`.replaceAll('/', ' '), {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(path, HttpMethod[method]),
      integration: this.integrationOf(handler),
      ...(authorizedBy === 'caller' ? { authorizer: new HttpIamAuthorizer() } : {}),
    });
    if (authorizedBy === 'signature') {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Carriers cannot sign requests for IAM; the function refuses what does not bear the carrier’s own signature.',
      });
    }
  }

  private integrationOf(handler: IFunction): HttpLambdaIntegration {
    const known = this.integrations.get(handler);
    if (known) return known;
    const integration = new HttpLambdaIntegration(`${handler.node.scope?.node.id}Integration`, handler);
    this.integrations.set(handler, integration);
    return integration;
  }
}
