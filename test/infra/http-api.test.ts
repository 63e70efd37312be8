import type { Template } from 'aws-cdk-lib/assertions';
import { ROUTES } from '../../shared/runtime/topology.ts';
import { resourcesOf, said, templateWith } from './synthesise.ts';

let template: Template;

beforeAll(() => {
  template = templateWith();
});

const single = (type: string) => {
  const [resource, ...more] = Object.values(resourcesOf(template, type));
  expect(more).toEqual([]);
  return resource!.Properties;
};

test('the routes are those of the topology: signed ones open, the others for callers known to IAM', () => {
  const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration');
  const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => ({
    key: Properties.RouteKey,
    authorization: Properties.AuthorizationType,
    function: said(integrations[Properties.Target['Fn::Join'][1][1].Ref]!.Properties.IntegrationUri),
  }));

  expect(routes).toEqual(
    ROUTES.map((route) => ({
      key: `${route.method} ${route.path}`,
      authorization: route.authorizedBy === 'caller' ? 'AWS_IAM' : 'NONE',
      function: `Function${route.function}Function`,
    })),
  );
});

test('functions get requests in payload format 2.0', () => {
  for (const { Properties } of Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Integration'))) {
    expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  }
});

test('API Gateway may call a function for this API’s routes only', () => {
  const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
    ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
  );
  expect(permissions).toHaveLength(ROUTES.length);
  for (const { Properties } of permissions) {
    expect(said(Properties.SourceArn)).toMatch(
      /^arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:Api\/\*\/\*\/(webhooks|v1)\//,
    );
  }
});

test('pages of other sites cannot call it', () => {
  expect(single('AWS::ApiGatewayV2::Api').CorsConfiguration).toBeUndefined();
});

test('requests are throttled as the stage sets it', () => {
  expect(single('AWS::ApiGatewayV2::Stage').DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 1_000,
    ThrottlingBurstLimit: 2_000,
  });
});

test('the access log tells nothing that could hold a phone number', () => {
  const format: Record<string, string> = JSON.parse(single('AWS::ApiGatewayV2::Stage').AccessLogSettings.Format);
  expect(Object.values(format).sort()).toEqual([
    '$context.error.responseType',
    '$context.identity.userArn',
    '$context.integrationErrorMessage',
    '$context.integrationLatency',
    '$context.integrationStatus',
    '$context.requestId',
    '$context.requestTime',
    '$context.responseLatency',
    '$context.routeKey',
    '$context.status',
  ]);
});

test('the access log forgets after 90 days', () => {
  const { DestinationArn } = single('AWS::ApiGatewayV2::Stage').AccessLogSettings;
  const log = resourcesOf(template, 'AWS::Logs::LogGroup')[DestinationArn['Fn::GetAtt'][0]]!;
  expect(log.Properties.RetentionInDays).toBe(90);
});
