import { describeLedgerChannelsContract } from '#test/contract/ledger-channels.ts';
import { engines } from '#test/database.ts';

for (const engine of engines) describeLedgerChannelsContract(engine);
