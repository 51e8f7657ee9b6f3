export { draftArticle } from './draft.ts';
export { judge } from './judge.ts';
