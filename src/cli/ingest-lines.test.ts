import { describe, expect, it } from 'vitest';
import { describeReport, describeUnreadable } from './ingest-lines.ts';

const report = {
  added: 25,
  changed: 1,
  unchanged: 3,
  removed: 1,
  unreadable: [],
  incomplete: [],
  personalData: [],
  chunks: 40,
  ms: 1_200,
};

describe('the report of an ingestion', () => {
  it('counts', () => {
    expect(describeReport({ report })).toEqual([
      '25 added, 1 changed, 3 unchanged, 1 removed, 0 not read; 40 passages in 1.2 s\n',
    ]);
    expect(describeReport({ name: 'default: docs', report })[0]).toBe('default: docs\n');
  });

  it('lists the first titles of what a dry run would do, and says how many more there are', () => {
    const change = (title: string) => ({ title, source: `/kb/${title}.md` });
    const plan = {
      added: Array.from({ length: 25 }, (_, n) => change(`new-${n}`)),
      changed: [change('b')],
      removed: [change('c')],
    };
    const lines = describeReport({ report: { ...report, plan } });
    expect(lines[0]).toMatch(/^Nothing was changed\./);
    expect(lines).toContain('  … and 5 more; --json shows all\n');
    expect(lines.slice(-2)).toEqual(['  change: b (/kb/b.md)\n', '  remove: c (/kb/c.md)\n']);
    expect(lines).toHaveLength(1 + 20 + 1 + 2);
  });

  it('names files that could not be read one by one, or together where many have the same reason', () => {
    const pictures = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ source: `/kb/${name}.png`, reason: 'unknown format' }));
    const broken = { source: '/kb/x.pdf', reason: 'is damaged' };
    expect(describeUnreadable([broken, ...pictures])).toEqual([
      'not read: /kb/x.pdf: is damaged\n',
      'not read: 5 files: unknown format\n',
      ...['a', 'b', 'c'].map((name) => `  /kb/${name}.png\n`),
      '  … and 2 more; --json shows all\n',
    ]);
    expect(describeUnreadable(pictures.slice(0, 2))).toEqual([
      'not read: /kb/a.png: unknown format\n',
      'not read: /kb/b.png: unknown format\n',
    ]);
    expect(describeUnreadable([])).toEqual([]);
  });

  it('says where personal data was found, and what was done about it', () => {
    const personalData = [{ source: '/kb/a.md', found: { email: 2, 'api-key': 1 }, done: 'masked' as const }];
    expect(describeReport({ report: { ...report, personalData } }).slice(1)).toEqual([
      'Personal data in 1 document:\n',
      '  masked: 2 e-mail addresses, 1 API key in /kb/a.md\n',
    ]);
  });
});
