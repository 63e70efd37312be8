import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { FUNCTIONS, type FunctionName } from '../shared/runtime/topology.ts';
import { mapRecord } from './parts.ts';
import { readSettings } from './settings.ts';
import { StopgateStack } from './stopgate-stack.ts';

/**
 * Bundles every function exactly as a deployment does, and says where the results are.
 *
 * @param outdir where to put them; a new folder for temporary files by default. It must not lie in a package of ES modules,
 *   because the bundles are CommonJS.
 * @returns the folder of each function: its `index.js` exports `handler`; what lies beside it is deployed with it
 *
 * @example
 * const { handler } = createRequire(import.meta.url)(`${functionAssets().inbound}/index.js`);
 */
export function functionAssets(
  outdir = mkdtempSync(join(tmpdir(), 'stopgate-bundles-')),
): Record<FunctionName, string> {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ outdir, context });
  const settings = readSettings(app);
  const stack = new StopgateStack(app, 'bundles', settings);
  const { template } = app.synth().getStackArtifact(stack.artifactId);
  const resources = Object.values<{ Type: string; Properties: { FunctionName: string; Code: { S3Key: string } } }>(
    template.Resources,
  );
  return mapRecord(FUNCTIONS, (name) => {
    const deployed = resources.find(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Function' && Properties.FunctionName === `stopgate-${settings.stage}-${name}`,
    );
    if (!deployed) throw new Error(`No function "${name}" in the template`);
    return join(outdir, `asset.${deployed.Properties.Code.S3Key.replace(/\.zip$/, '')}`);
  });
}
