import { describeLedgerOwnershipContract } from '#test/contract/ledger-ownership.ts';
import { engines } from '#test/database.ts';

for (const engine of engines) describeLedgerOwnershipContract(engine);
