import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings } from '../../infra/settings.ts';
import { StopgateStack } from '../../infra/stopgate-stack.ts';

/** An app with the context of `cdk.json`, as the command line gives it, but without bundling, which takes seconds. */
export function appWith(context: Record<string, unknown> = {}): App {
  const { context: ours } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return new App({ context: { ...ours, 'aws:cdk:bundling-stacks': [], ...context } });
}

/** The stack of stage "dev", or of what the context says instead. */
export function stackWith(context: Record<string, unknown> = {}): StopgateStack {
  const app = appWith(context);
  return new StopgateStack(app, 'stopgate', readSettings(app));
}

export const templateWith = (context: Record<string, unknown> = {}): Template => Template.fromStack(stackWith(context));

export interface Resource {
  readonly Type: string;
  // Templates are too varied to be typed; the assertions say what is expected.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** The resources of one type, by logical id. */
export const resourcesOf = (template: Template, type: string): Record<string, Resource> =>
  template.findResources(type) as Record<string, Resource>;

/** The one resource of a type that fits. */
export function only(
  template: Template,
  type: string,
  fits: (properties: Resource['Properties']) => boolean,
): Resource {
  const found = Object.values(resourcesOf(template, type)).filter(({ Properties }) => fits(Properties));
  expect(found).toHaveLength(1);
  return found[0]!;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/**
 * A reference within the template, as short as a person would say it: the logical id without its hash, or the text with
 * such ids in it.
 */
export function said(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[kind, target]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (kind === 'Fn::Join') return (target as [string, unknown[]])[1].map(said).join('');
  const id = Array.isArray(target) ? String(target[0]) : String(target);
  return id.startsWith('AWS::') ? `<${id}>` : id.replace(/[0-9A-F]{8}$/, '');
}
