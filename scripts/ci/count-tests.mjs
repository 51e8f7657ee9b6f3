// Prints "PASSED FAILED SKIPPED" of a vitest JSON report; "0 0 0" when there is none. A file that failed before its tests
// could start counts as one failure. Plain JavaScript: it must work even when `npm ci` did not.
import { existsSync, readFileSync } from 'node:fs';

const [path = ''] = process.argv.slice(2);
const files = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : [];
const count = { passed: 0, failed: 0, skipped: 0 };
for (const file of files) {
  for (const test of file.assertionResults) {
    if (test.status === 'passed') count.passed += 1;
    else if (test.status === 'failed') count.failed += 1;
    else count.skipped += 1;
  }
  if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) count.failed += 1;
}
console.log(`${count.passed} ${count.failed} ${count.skipped}`);
