import { expect, test } from 'vitest';
import { companyName, customerName } from './customer-name.ts';

const id = '5d6e7f80-1111-4222-8333-94a5b6c7d8e9';
const customer = { externalId: id, identity: 'verified' } as const;

test('a name or an address says who it is, an id does not', () => {
  expect(customerName({ ...customer, name: 'Ann Lee' })).toBe('Ann Lee');
  expect(customerName({ ...customer, externalId: 'ann@acme.example' })).toBe('ann@acme.example');
  expect(customerName(customer)).toBe('Unnamed customer');
});

test('a company is shown by its name, not by the id of its tenant', () => {
  expect(companyName({ ...customer, organization: 'Acme' })).toBe('Acme');
  expect(companyName({ ...customer, organization: id })).toBe('');
  expect(companyName(customer)).toBe('');
});
