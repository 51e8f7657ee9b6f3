import { type Reading, unreadable } from '../document.ts';
import { type Format, type Hints, largestDocument } from './format.ts';
import { readContent } from './read-content.ts';
import { createSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { sniff } from './sniff.ts';

export { type Format, formatOf, formatOfMediaType, type Hints, largestDocument } from './format.ts';

/** Larger text would hold up everything else that this process does. */
const quickText = 200_000;

let sandbox: Sandbox | undefined;

/**
 * Reads one document's bytes; any failure is a reason. Short Markdown, text and CSV are read here; everything else is read
 * in a process with limits of its own, two at a time, which starts when first needed and ends when idle.
 * `charset` is what the transport declared.
 */
export const readDocument = async (
  format: Format,
  bytes: Uint8Array,
  charset?: string,
  hints?: Hints,
): Promise<Reading> => {
  if (bytes.length === 0) return unreadable('it is empty');
  if (bytes.length > largestDocument) return unreadable(tooLarge(bytes.length));
  if (isHarmless(format, bytes)) return readContent(format, bytes, charset, hints);
  sandbox ??= createSandbox();
  return sandbox.read({ format, bytes, charset, hints });
};

/** Ends the processes that `readDocument` started; what is being read comes back as not read. Another call starts anew. */
export const closeReaders = async (): Promise<void> => {
  const open = sandbox;
  sandbox = undefined;
  await open?.[Symbol.asyncDispose]();
};

/** Text that was declared as such: neither packed nor of any structure that could explode. */
const isHarmless = (format: Format, bytes: Uint8Array): boolean =>
  'name' in format &&
  ['markdown', 'plain', 'csv'].includes(format.name) &&
  bytes.length <= quickText &&
  sniff(bytes) === undefined;

export const tooLarge = (bytes: number): string =>
  `${Math.ceil(bytes / 1_000_000)} MB is more than the ${largestDocument / 1_000_000} MB that one document may have; split it`;
