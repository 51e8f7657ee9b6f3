import type { Corrections } from '#core/correction.ts';
import type { ChangePlan, PlannedDocument } from './change-plan.ts';
import { corpusWeights } from './corpus-weights.ts';
import { createGaps, type GapDeps, type GapReport } from './gaps.ts';
import { createPreview, type PreviewDeps, type PreviewRange, type PreviewReport } from './preview.ts';
import { readDocument } from './read-document.ts';
import { createRecall, type RecallDeps, type RecallInput, type RecallReport } from './recall.ts';

export type { ChangePlan, PlannedDocument } from './change-plan.ts';
export type { GapReport } from './gaps.ts';
export type { PreviewRange, PreviewReport, QuestionChange } from './preview.ts';
export type { RecallInput, RecallReport } from './recall.ts';

/** What the knowledge base does to people: what they asked in vain, what a change would tell them, what they were told wrongly. */
export interface Impact<Sources, Document extends PlannedDocument = PlannedDocument> {
  gaps(input: { readonly days: number; readonly limit: number }): Promise<GapReport>;
  /** What reading these sources in would do to answers. */
  preview(sources: Sources, range: PreviewRange): Promise<PreviewReport>;
  /** What any other change would do to them: publishing one article, say. */
  previewChange(plan: ChangePlan<Document>, range: PreviewRange): Promise<PreviewReport>;
  recall(input: RecallInput): Promise<RecallReport>;
  /** For lists of corrections beyond a recall: one is sent or dismissed by itself. */
  readonly corrections: Corrections;
}

export interface ImpactDeps<T, Sources, Document extends PlannedDocument>
  extends Omit<PreviewDeps<T, Document>, 'log' | 'weigh'>,
    Omit<GapDeps, 'log' | 'weigh'> {
  readonly log: PreviewDeps<T, Document>['log'] & GapDeps['log'] & RecallDeps['log'];
  readonly corrections: Corrections;
  /** What reading these sources in would change; writes nothing. */
  readonly plan: (sources: Sources) => Promise<ChangePlan<Document>>;
}

export const createImpact = <T, Sources, Document extends PlannedDocument>(
  deps: ImpactDeps<T, Sources, Document>,
): Impact<Sources, Document> => {
  const { db, corrections, plan } = deps;
  const weigh = (stems: readonly string[]) => corpusWeights(db, stems);
  const previewChange = createPreview({ ...deps, weigh });
  return {
    gaps: createGaps({ ...deps, weigh }),
    preview: async (sources, range) => previewChange(await plan(sources), range),
    previewChange,
    recall: createRecall({ ...deps, readDocument: (idOrUrl) => readDocument(db, idOrUrl) }),
    corrections,
  };
};
