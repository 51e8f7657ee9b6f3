import manifest from './manifest.json' with { type: 'json' };

/** What the app asks a workspace for; the manifest is the one place that lists it. */
export const appScopes: readonly string[] = manifest.oauth_config.scopes.bot;

/** Questions to start a conversation with, as the agent view offers them. */
export const starterQuestions: readonly string[] = manifest.features.agent_view.suggested_prompts.map(
  ({ message }) => message,
);
