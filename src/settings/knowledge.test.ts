import { describe, expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';

const read = (yaml: string, env: Readonly<Record<string, string>> = {}) =>
  readConfig({ env, yaml, readFile: () => '', localSecret: () => 'a secret of this test' }).knowledge;

describe('the settings of the knowledge base', () => {
  it('name sources and the rules of collections', () => {
    const knowledge = read(
      `knowledge:
  sources:
    - from: docs
      watch: true
    - { from: https://help.example/, collection: help, visibility: org:acme, every: 6h, limits: { pages: 200 } }
  collections:
    help: { personalData: mask }`,
      { KNOWLEDGE_PRIVATE_HOSTS: 'wiki.internal, localhost:8080' },
    );
    expect(knowledge).toMatchObject({
      sources: [
        { from: 'docs', collection: 'default', watch: true },
        {
          from: 'https://help.example/',
          collection: 'help',
          visibility: 'org:acme',
          every: '6h',
          limits: { pages: 200 },
        },
      ],
      collections: { help: { personalData: 'mask' } },
      privateHosts: ['wiki.internal', 'localhost:8080'],
    });
  });

  it.each([
    ['sources: [{ from: docs, visibility: secret }]', /write public, internal or org:<id>/],
    ['sources: [{ from: docs, every: sometimes }]', /write a number with m, h or d/],
    ['sources: [{ form: docs }]', /from/],
    ['collections: { help: { personalData: burn } }', /personalData/],
    ['privateHosts: ["https://wiki.internal"]', /without https/],
  ])('refuse %s', (line, message) => {
    expect(() => read(`knowledge:\n  ${line}`)).toThrow(message);
  });
});
