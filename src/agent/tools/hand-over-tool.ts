import { DynamicStructuredTool } from '@langchain/core/tools';
import { z } from 'zod';
import type { HandOver } from '../hand-over.ts';

const reasons = ['asked-for-human', 'low-confidence', 'policy', 'negative-mood', 'repeated', 'tool-failure'] as const;

const input = z.object({
  reason: z
    .enum(reasons)
    .describe(
      'asked-for-human: they want a person; low-confidence: nothing answers; policy: only the team may decide or act; ' +
        'negative-mood: they are upset; repeated: they ask the same again; tool-failure: a tool that is needed fails',
    ),
  question: z.string().trim().min(1).max(500).describe("The customer's question in one line"),
  why: z.string().trim().max(300).optional().describe('Why a person is needed, in a few words, for the colleague'),
  suggested_reply: z.string().trim().max(4_000).optional().describe('A reply that the colleague could send as it is'),
});

const inWords: Readonly<Record<(typeof reasons)[number], string>> = {
  'asked-for-human': 'The customer asks for a person.',
  'low-confidence': 'Nothing in the knowledge base answers this.',
  policy: 'Only the team may decide or do this.',
  'negative-mood': 'The customer is upset.',
  repeated: 'The customer asks the same again.',
  'tool-failure': 'A tool that is needed does not work.',
};

/** The model's way to bring a person in. It ends the turn: `decide` hears what was asked, nothing is sent from here. */
export const handOverTool = (decide: (handOver: HandOver) => void): DynamicStructuredTool =>
  new DynamicStructuredTool({
    name: 'hand_over',
    description: 'Bring in a colleague of the support team. Ends your turn; the customer is told.',
    schema: z.toJSONSchema(input, { io: 'input' }),
    returnDirect: true,
    func: async (raw: unknown) => {
      const { reason, question, why, suggested_reply } = input.parse(raw);
      decide({
        reason,
        why: why || inWords[reason],
        question,
        ...(suggested_reply ? { suggestedReply: suggested_reply } : {}),
      });
      return 'A colleague takes over.';
    },
  });
