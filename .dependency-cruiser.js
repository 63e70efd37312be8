/** Dependencies point one way: functions → (sending) → ledger, carriers, runtime → consent, messages. */

const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(functions|shared|infra|local|console|bench|tools|verify|test)/', pathNot: to },
});

export default {
  forbidden: [
    only(
      'consent-is-pure',
      '^shared/consent/',
      '^shared/consent/',
      'The rules of consent depend on nothing but themselves.',
    ),
    only(
      'messages-are-pure',
      '^shared/messages/',
      '^shared/(messages|consent)/',
      'The rules of messages depend on rules only.',
    ),
    {
      name: 'rules-do-no-io',
      comment: 'No AWS, no HTTP, no clock and no file in the rules; a schema library is no I/O.',
      severity: 'error',
      from: { path: '^shared/(consent|messages)/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '(^|/)node_modules/zod/',
      },
    },
    only(
      'runtime-knows-no-business',
      '^shared/runtime/',
      '^shared/runtime/',
      'What surrounds a function knows nothing of messages.',
    ),
    only(
      'ledger-below-functions',
      '^shared/ledger/',
      '^shared/(ledger|runtime|messages|consent)/',
      'The ledger knows rules and clients.',
    ),
    only(
      'carriers-below-functions',
      '^shared/carriers/',
      '^shared/(carriers|runtime|messages|consent)/',
      'Carriers know rules and clients.',
    ),
    only('sending-below-functions', '^shared/sending/', '^shared/', 'Sending knows carriers and the ledger.'),
    only(
      'functions-know-shared',
      '^functions/',
      '^(functions|shared)/',
      'Functions know what is shared, never how they are deployed.',
    ),
    {
      name: 'functions-are-apart',
      comment: 'A function that needs another calls it by a queue.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    only(
      'infra-knows-the-definition',
      '^infra/',
      '^(infra/|shared/(runtime/topology|carriers/registry)|shared/consent/(languages|grammar))',
      'The CDK app builds what the definition says, and packs the languages.',
    ),
    only(
      'console-knows-the-wire',
      '^console/',
      '^(console/|local/(live-feed|demo-senders|simulator/loopback)|shared/(messages/|consent/|carriers/registry))',
      'The page knows the words and calls the rest by HTTP.',
    ),
    only(
      'tools-know-the-rules',
      '^tools/',
      '^(tools/|shared/consent/|test/corpus/peer-rules)',
      'The tools show what the rules do, and compare them with others.',
    ),
    only(
      'judges-look-from-outside',
      '^verify/judges/',
      '^verify/(judges/|history)',
      'Who judges the rules shares none of them.',
    ),
    {
      name: 'no-circles',
      comment: 'A circle has no first file to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
