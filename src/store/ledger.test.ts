import { describeLedgerContract } from '#test/contract/ledger.ts';
import { engines } from '#test/database.ts';

for (const engine of engines) describeLedgerContract(engine);
