import type { Reporter } from 'knip';

/** A reporter that says how many files knip looked at, so that `npm run check` can refuse a run that saw nothing. */
const report: Reporter = ({ counters }) => {
  process.stdout.write(`knip examined ${counters.processed} of ${counters.total} files\n`);
};

export default report;
