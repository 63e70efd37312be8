import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { packLanguages } from '../pack-languages.ts';

packLanguages();

const ours = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/**
 * How each function is bundled, said once: what is deployed is what is measured.
 *
 * The outbound function, when it had three carriers, loaded by Node.js 24 on a small machine (median of 41): 359 KB, 51 ms. Without
 * `mainFields` 716 KB, 110 ms; with the SDK's credential chain 484 KB, 73 ms; with its event streams 380 KB, 54 ms; as an ES module
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
    '--alias:@aws-sdk/credential-provider-node': ours('lambda-credentials.ts'),
    '--alias:@aws-sdk/endpoint-cache': ours('no-endpoint-cache.ts'),
    '--alias:@smithy/core/checksum': ours('lambda-checksums.ts'),
    // `#languages` are then the compressed files; `module` is what esbuild asks for when nobody says otherwise.
    '--conditions': 'packed,module',
    // Words in other scripts as they are, and not as escapes of twice the size. The option `charset` has no effect here.
    '--charset': 'utf8',
  },
  // The SDK's clients read their version from their package.json, all of which would come along: 10 KB for one number in a
  // header of the calls to AWS.
  loader: { '.br': 'file', '.json': 'empty' },
  commandHooks: {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_, outputDir) => [`"${process.execPath}" "${ours('minify.ts')}" "${outputDir}/index.js"`],
  },
  logLevel: LogLevel.WARNING,
};
