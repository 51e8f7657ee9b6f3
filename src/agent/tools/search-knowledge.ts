import { z } from 'zod';
import { errorMessage } from '#core/errors.ts';
import type { Knowledge } from '#core/knowledge.ts';
import type { Tool } from '#core/tool.ts';

const input = z.object({
  query: z.string().trim().min(2).max(400).describe('What to look for: a few words, in the language of the articles'),
});

/** Lets the model look again in other words. Sees exactly what this turn's audience may see. */
export const searchKnowledge = (knowledge: Pick<Knowledge, 'search'>, limit = 5): Tool<typeof input> => ({
  name: 'search_knowledge',
  description: 'Search the support articles again, in other words than the customer used. Returns numbered passages.',
  input,
  effect: 'read',
  run: async ({ query }, turn) => {
    try {
      const { passages } = await knowledge.search(query, {
        audience: turn.audience,
        limit,
        locale: turn.conversation.locale,
      });
      return passages.length === 0
        ? { ok: true, content: 'Nothing was found. Try other words once, or go on without.' }
        : { ok: true, content: `${passages.length} passages were found.`, sources: passages };
    } catch (thrown) {
      return { ok: false, code: 'search-failed', message: errorMessage(thrown), retryable: true };
    }
  },
});
