import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EventSource, FunctionSettings } from '../../shared/runtime/topology.ts';
import { BUNDLING } from './bundling.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface StopgateFunctionProps extends FunctionSettings {
  /** The function's name in the account, at most 64 characters. It is also the `service` of its logs and metrics. */
  readonly functionName: string;
  /** The module that exports `handler`: an absolute path within the project. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logLevel: string;
  readonly logRetention: RetentionDays;
}

/**
 * A function with its own role, which starts with nothing but leave to write its own log, and its own log group.
 *
 * @example
 * const outbound = new StopgateFunction(this, 'Outbound', { functionName, entry, ...FUNCTIONS.outbound, ... });
 * outbound.consume(queue, { batchSize: 10, maxConcurrency: 10 });
 */
export class StopgateFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: StopgateFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: props.logRetention,
      // Evidence is in the ledger; a log is not, and one that stayed would stand in the way of a new deployment.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not CDK's default role: that may write every log of the account and create log groups without a retention.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);

    this.lambda = new NodejsFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      entry: props.entry,
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: `${PROJECT_ROOT}package-lock.json`,
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeout),
      memorySize: props.memory,
      role: this.role,
      logGroup,
      tracing: Tracing.DISABLED,
      // For version 2 of the SDK only; version 3 keeps connections open anyway.
      awsSdkConnectionReuse: false,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.functionName,
        POWERTOOLS_METRICS_NAMESPACE: 'Stopgate',
        POWERTOOLS_LOG_LEVEL: props.logLevel,
      },
      bundling: BUNDLING,
    });
  }

  /** Calls the function with what arrives on the queue. The function says which messages of a batch it failed to work off. */
  consume(queue: QueueWithDeadLetters, source: Pick<EventSource, 'batchSize' | 'maxConcurrency'>): void {
    this.lambda.addEventSource(
      new SqsEventSource(queue.queue, {
        batchSize: source.batchSize,
        maxConcurrency: source.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  /**
   * Calls the function by the clock. Nothing of a call that fails is kept: there is nothing in it, and the next one does what
   * is due then.
   */
  callEvery(minutes: number): void {
    const period = Duration.minutes(minutes);
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(period),
      targets: [new LambdaFunction(this.lambda, { maxEventAge: period })],
    });
  }
}
