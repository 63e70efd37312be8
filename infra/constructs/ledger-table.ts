import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { LEDGER_TABLE } from '../../shared/runtime/topology.ts';

/** What may be done to the ledger. Deleting and scanning are not in it: consent is proved by what stays. */
export type LedgerAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'Query';

/**
 * The ledger: consent, its evidence and the messages, in one table that outlives its stack.
 *
 * @example
 * const ledger = new LedgerTable(this, 'Ledger');
 * ledger.allow(reader, 'GetItem', 'Query');
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { partitionKey, sortKey, timeToLive, failuresIndex, openReviewsIndex } = LEDGER_TABLE;
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new Table(this, 'Table', {
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: timeToLive,
      // AWS's own key, not a customer's: uses of it are logged in CloudTrail, and nobody can disable or delete it and so
      // make the proof of consent unreadable.
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: failuresIndex.name,
      partitionKey: text(failuresIndex.partitionKey),
      sortKey: text(failuresIndex.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: openReviewsIndex.name,
      partitionKey: text(openReviewsIndex.partitionKey),
      sortKey: text(openReviewsIndex.sortKey),
      projectionType: ProjectionType.ALL,
    });
  }

  get name(): string {
    return this.table.tableName;
  }

  /** Allows these actions on the table itself; not on its indexes, for which CDK's own grants would add a wildcard. */
  allow(grantee: IGrantable, ...actions: readonly LedgerAction[]): void {
    Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [this.table.tableArn],
    }).assertSuccess();
  }

  /** Allows finding the reviews on which somebody has to decide. */
  allowFindingOpenReviews(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.table.tableArn}/index/${LEDGER_TABLE.openReviewsIndex.name}`],
    }).assertSuccess();
  }
}
