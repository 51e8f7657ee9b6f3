import { z } from 'zod';

/** One line of a JSON Lines corpus. Other fields are ignored. */
const line = z.object({
  _id: z.union([z.string().trim().min(1).max(500), z.number().transform(String)]),
  text: z.string(),
  title: z.string().nullish(),
  url: z.string().nullish(),
  language: z.string().nullish(),
});
export type JsonLine = z.output<typeof line>;

/** Parses `{"_id", "text", "title"?, "url"?, "language"?}`; otherwise the reason, which names the field. */
export const parseJsonLine = (
  text: string,
): { readonly ok: true; readonly line: JsonLine } | { readonly ok: false; readonly reason: string } => {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not valid JSON' };
  }
  const parsed = line.safeParse(raw);
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the line'))].join(', ');
    return { ok: false, reason: `must be {"_id", "title", "text", "url"?}; missing or wrong: ${fields}` };
  }
  const values = Object.values(parsed.data).filter((value) => value != null);
  if (values.some((value) => value.includes('\0'))) return { ok: false, reason: 'contains NUL characters' };
  return { ok: true, line: parsed.data };
};
