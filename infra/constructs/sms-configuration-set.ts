import { CfnConfigurationSet } from 'aws-cdk-lib/aws-smsvoice';
import { Construct } from 'constructs';
import type { SmsTopic } from './sms-topic.ts';

export interface SmsConfigurationSetProps {
  /** 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly name: string;
  /** Where the delivery events of all messages sent under this set go. */
  readonly events: SmsTopic;
}

/** What AWS End User Messaging is told with each message, so that it reports what becomes of it. */
export class SmsConfigurationSet extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: SmsConfigurationSetProps) {
    super(scope, id);
    const set = new CfnConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: props.name,
      eventDestinations: [
        {
          eventDestinationName: 'stopgate',
          enabled: true,
          matchingEventTypes: ['TEXT_ALL'],
          snsDestination: { topicArn: props.events.topic.topicArn },
        },
      ],
    });
    // The topic's policy must be there first, or the events of the first messages are refused.
    set.node.addDependency(props.events);
    this.name = set.ref;
  }
}
