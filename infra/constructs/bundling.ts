import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * How each function is bundled, said once: what is deployed is what is measured.
 *
 * The outbound function, loaded by Node.js 24 on a small machine (median of 41): 359 KB, 51 ms. Without `mainFields`
 * 716 KB, 110 ms; with the SDK's credential chain 484 KB, 73 ms; with its event streams 380 KB, 54 ms; as an ES module
 * the same size, 51 ms, but then it takes a shim for what calls `require`.
 */
export const BUNDLING: BundlingOptions = {
  format: OutputFormat.CJS,
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  // All else is bundled, the SDK too: tree-shaken it loads faster than the runtime's own copy, and its version is ours.
  // Event streams are loaded by operations that stream, and we call none.
  externalModules: ['@smithy/core/event-streams'],
  esbuildArgs: {
    '--alias': `@aws-sdk/credential-provider-node=${fileURLToPath(new URL('../lambda-credentials.ts', import.meta.url))}`,
  },
  logLevel: LogLevel.WARNING,
};
