#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Some hundred small files, compiled once instead of at every command. Where the folder cannot be written it is done without.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/frontdesk', import.meta.url)));
const { run } = await import('./cli/run.ts');

process.exitCode = await run(process.argv.slice(2));
