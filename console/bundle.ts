import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Bundle {
  readonly script: string;
  readonly style: string;
  /** Changes with the content, so that browsers may keep the files for ever. */
  readonly version: string;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Bundles the page's TypeScript and CSS in memory. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: ['main.tsx', 'page/styles/page.css'],
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'error',
  });
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const script = textOf('.js');
  const style = textOf('.css');
  const version = createHash('sha256').update(script).update(style).digest('hex').slice(0, 16);
  return { script, style, version };
}
