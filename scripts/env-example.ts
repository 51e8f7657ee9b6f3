/** Writes .env.example from the settings' schema: `node scripts/env-example.ts`. A test checks that it is up to date. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeSettings } from '#src/settings.ts';

const lines = describeSettings().map(
  (setting) =>
    `# ${setting.about}${setting.secret ? ` Also as ${setting.env}_FILE.` : ''}\n#${setting.env}=${setting.default}\n`,
);

export const envExample = `# Every setting of the environment; what is no secret may stand in frontdesk.yaml as well (see README).
# Frontdesk reads the environment, not this file: npx node --env-file=.env src/main.ts serve

${lines.join('\n')}`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../.env.example', import.meta.url), envExample);
