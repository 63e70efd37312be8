import { Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** A secret of which the functions may read the value, and nothing else. */
abstract class GeneratedSecret extends Construct {
  protected abstract readonly secret: Secret;

  /** What the SDK takes as `SecretId`. */
  get id(): string {
    return this.secret.secretArn;
  }

  allowReading(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secret.secretArn],
    }).assertSuccess();
  }
}

/**
 * A carrier's credentials, as its page in `docs/carriers` says. It is created without any, so that until somebody sets it
 * no webhook is believed and no message is sent.
 */
export class CarrierSecret extends GeneratedSecret {
  protected readonly secret: Secret;

  constructor(scope: Construct, id: string, props: { readonly carrier: string }) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: `Stopgate's credentials at ${props.carrier}: docs/carriers/${props.carrier}.md says what it holds`,
      // Never change these lines: CloudFormation would generate the secret anew and so overwrite the tokens that were set.
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'notSetYet',
      },
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The carrier issues the keys, so only its console can rotate them; the secret takes the old and the new one.',
    });
  }
}

/** The key under which numbers are hashed before they reach a log: the same number, the same hash, and no way back. */
export class LogKeySecret extends GeneratedSecret {
  protected readonly secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'The key under which Stopgate hashes phone numbers for its logs',
      // As JSON, like every secret that the functions read. 62 letters and digits, 43 times: 256 bits.
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'key',
        passwordLength: 43,
        excludePunctuation: true,
      },
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new key would break the thread of a number through the logs, and the logs go after their retention.',
    });
  }
}
