import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StopgateFunction } from '../../infra/constructs/stopgate-function.ts';
import { functionAssets } from '../../infra/function-assets.ts';
import { LANGUAGE_NAMES } from '../../shared/consent/languages/languages.ts';
import { FUNCTIONS, type FunctionName } from '../../shared/runtime/topology.ts';
import { templateWith } from './synthesise.ts';

const names = Object.keys(FUNCTIONS) as FunctionName[];
const MAX_BYTES = 400_000;
/** Of data that lie beside the code. */
const MAX_LANGUAGES_BYTES = 100_000;
const run = promisify(execFile);
let outdir: string;
let assets: Record<FunctionName, string>;

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'stopgate-bundles-test-'));
  assets = functionAssets(join(outdir, 'deployed'));
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('what is deployed', () => {
  const sizeOf = (name: FunctionName, file: string) => statSync(join(assets[name], file)).size;
  const besideCode = (name: FunctionName) => readdirSync(assets[name]).filter((file) => file !== 'index.js');

  test.each(names)('%s has at most 400 KB of code', (name) => {
    expect(sizeOf(name, 'index.js')).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('every function is one file, but for the languages of the one that hears, each of which it reads when it needs it', () => {
    for (const name of names) if (name !== 'inbound') expect(besideCode(name)).toEqual([]);
    const languages = besideCode('inbound');
    expect(languages.map((file) => file.replace(/-\w+\.br$/, '')).sort()).toEqual([...LANGUAGE_NAMES].sort());
    const sizes = languages.map((file) => sizeOf('inbound', file));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(MAX_LANGUAGES_BYTES);
  });

  test.each(names)('%s names nothing of the machine that bundled it', (name) => {
    const code = readFileSync(join(assets[name], 'index.js'), 'utf8');
    expect(code.includes(process.cwd())).toBe(false);
  });

  test.each(names)('%s is without the SDK’s search for credentials', (name) => {
    const code = readFileSync(join(assets[name], 'index.js'), 'utf8');
    expect(code.includes('Could not load credentials from any providers')).toBe(false);
  });
});

/** A value of the template, with `resolved` for each thing that it refers to. */
function textOf(value: unknown, resolved: string): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [separator: string, parts: unknown[]] })['Fn::Join'];
  return join ? join[1].map((part) => textOf(part, resolved)).join(join[0]) : resolved;
}

describe('what is deployed, in the environment that it is given', () => {
  test.each(names)('%s starts', async (name) => {
    // Prepare: what the template refers to, as it may look in AWS
    const functions = templateWith({ messageRetentionDays: '400' }).findResources('AWS::Lambda::Function');
    const { Environment } = Object.values(functions).find(
      ({ Properties }) => Properties.FunctionName === `stopgate-dev-${name}`,
    )!.Properties;
    const environment = Object.entries<unknown>(Environment.Variables).map(([variable, value]) => [
      variable,
      textOf(value, `https://${variable.toLowerCase().replaceAll('_', '-')}.example.com`),
    ]);

    // Act
    const { stdout } = await run(
      process.execPath,
      ['-e', 'console.log(typeof require(process.argv[1]).handler)', join(assets[name], 'index.js')],
      { env: { AWS_REGION: 'us-east-1', ...Object.fromEntries(environment) } },
    );

    // Assess
    expect(stdout.trim()).toBe('function');
  });
});

describe('the credentials of a bundle', () => {
  let bundle: string;

  beforeAll(() => {
    const app = new App({ outdir: join(outdir, 'fixture') });
    new StopgateFunction(new Stack(app, 'fixture'), 'Function', {
      functionName: 'calls-aws',
      entry: fileURLToPath(new URL('./fixtures/calls-aws.ts', import.meta.url)),
      description: '',
      timeout: 1,
      memory: 128,
      environment: {},
      logLevel: 'INFO',
      logRetention: RetentionDays.ONE_DAY,
    });
    app.synth();
    const asset = readdirSync(join(outdir, 'fixture')).find((name) => name.startsWith('asset.'));
    bundle = join(outdir, 'fixture', String(asset), 'index.js');
    expect(existsSync(bundle)).toBe(true);
  });

  /** Runs the bundle's handler in a process of its own, whose environment is only this. */
  const invoke = (env: Record<string, string>) =>
    run(
      process.execPath,
      ['-e', 'require(process.argv[1]).handler().then((a) => console.log(JSON.stringify(a)))', bundle],
      {
        env: { HOME: outdir, AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', ...env },
      },
    );

  test('come from the environment, session token included, for every client', async () => {
    // Prepare
    const requests: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      requests.push(request.headers);
      // SNS speaks XML, the others JSON.
      const json = String(request.headers['content-type']).includes('json');
      response.end(json ? '{}' : '<PublishResponse><PublishResult/></PublishResponse>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    // Act
    const { stdout } = await invoke({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
    });
    server.close();

    // Assess
    expect(JSON.parse(stdout)).toEqual([200, 200, 200, 200, 200]);
    expect(requests).toHaveLength(5);
    for (const headers of requests) {
      expect(headers.authorization).toContain('Credential=AKIDEXAMPLE/');
      expect(headers['x-amz-security-token']).toBe('session');
    }
  });

  test('are asked for by name where there are none', async () => {
    await expect(invoke({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' })).rejects.toThrow(
      /No AWS credentials in the environment: set AWS_ACCESS_KEY_ID/,
    );
  });
});
