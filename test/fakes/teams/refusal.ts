/** Thrown by an operation of the fake that refuses a call: becomes `{error: {code, message}}`, as Teams answers. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The refusals of the connector, by code (Microsoft Learn, "Messages in bot conversations": status codes from bot
 * conversational APIs).
 */
export const refusals = {
  badSyntax: (what: string) => new Refusal(400, 'BadSyntax', what),
  badArgument: (what: string) => new Refusal(400, 'BadArgument', what),
  disabled: () => new Refusal(403, 'BotDisabledByAdmin', 'The tenant admin disabled this bot'),
  notInRoster: () => new Refusal(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.'),
  blocked: () => new Refusal(403, 'ConversationBlockedByUser', 'User blocked the conversation with the bot.'),
  notPermitted: (what: string) => new Refusal(403, 'NotEnoughPermissions', what),
  noActivity: () => new Refusal(404, 'ActivityNotFoundInConversation', 'Conversation not found.'),
  noConversation: () => new Refusal(404, 'ConversationNotFound', 'Conversation not found.'),
  noMember: () => new Refusal(404, 'MemberNotFoundInConversation', 'Member not found in the conversation.'),
  tooBig: () => new Refusal(413, 'MessageSizeTooBig', 'Message size too large.'),
} as const;
