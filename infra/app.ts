import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from './settings.ts';
import { StopgateStack } from './stopgate-stack.ts';

const app = new App();
const settings = readSettings(app);
new StopgateStack(app, `stopgate-${settings.stage}`, settings);
// A finding that no one has answered for fails the synthesis.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
