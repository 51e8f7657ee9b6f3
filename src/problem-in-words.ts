import type { z } from 'zod';

/** What is wrong with a value, for whoever wrote it. What a schema says in words of its own stays as it is. */
export const problemInWords = (issue: z.core.$ZodIssue): string => {
  // The library's own sentences begin like this.
  if (!/^(?:Invalid|Unrecognized|Too (?:big|small))/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'unrecognized_keys':
      return `there is no ${issue.keys.map((key) => `"${key}"`).join(', ')} here`;
    case 'invalid_type':
      if (/received undefined$/.test(issue.message)) return 'is missing';
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `write one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return issue.origin === 'number' ? `must be ${issue.maximum} at most` : issue.message;
    case 'too_small':
      return issue.origin === 'number' ? `must be ${issue.minimum} at least` : issue.message;
    default:
      return issue.message;
  }
};

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};
