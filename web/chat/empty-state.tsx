import { chatWords } from '../words.ts';

/** Before the first word: what this is, and questions to start from. */
export const EmptyState = ({ onAsk }: { readonly onAsk: (question: string) => void }) => (
  <main className="empty-state">
    <div className="empty-state__inner">
      <h2>{chatWords.emptyTitle}</h2>
      <p>{chatWords.emptyText}</p>
      {chatWords.suggestions.length > 0 && (
        <ul className="suggestions" aria-label={chatWords.suggestionsLabel}>
          {chatWords.suggestions.map((question) => (
            <li key={question}>
              <button type="button" className="suggestion" onClick={() => onAsk(question)}>
                {question}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  </main>
);
