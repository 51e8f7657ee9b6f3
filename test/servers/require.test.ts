import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireServer } from './require.ts';

describe('a real server that a suite needs', () => {
  afterEach(() => vi.unstubAllEnvs());
  const gate = (variables: { readonly CI: string; readonly FRONTDESK_GATE: string }) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  };

  it('runs the suite when it is there', () => {
    gate({ CI: '1', FRONTDESK_GATE: '' });
    expect(requireServer('Redis', true)).toBe('run');
  });

  it('skips the suite when it is missing', () => {
    gate({ CI: 'true', FRONTDESK_GATE: '' });
    expect(requireServer('Redis', false)).toBe('skip');
  });

  it('is an error at the gate when it is missing', () => {
    gate({ CI: '', FRONTDESK_GATE: '1' });
    expect(() => requireServer('Redis', false)).toThrow(/Redis is missing/);
  });
});
