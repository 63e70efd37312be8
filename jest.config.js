const transform = {
  '\\.tsx?$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', tsx: true },
        target: 'es2023',
        transform: { react: { runtime: 'automatic' } },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ],
};

/** One Jest project per kind of test, so that `npm test -- --selectProjects unit` runs one kind. */
const project = (name) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform,
});

export default {
  projects: ['unit', 'infra', 'contract', 'model', 'integration'].map(project),
  testTimeout: 60_000,
  // The pure rules decide who is texted, so every branch of them is tested.
  collectCoverageFrom: ['shared/consent/**/*.ts', 'shared/messages/**/*.ts'],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
  coverageReporters: ['text-summary', 'text'],
};
