import { fileWords } from '../../words.ts';

/** Says where a dragged file will go. */
export const DropHint = ({ shown }: { readonly shown: boolean }) =>
  shown ? (
    <div className="drop-hint" aria-hidden="true">
      <p>{fileWords.drop}</p>
    </div>
  ) : undefined;
