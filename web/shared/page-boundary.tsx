import { Component, type ReactNode } from 'react';
import { pageWords } from '../words.ts';

/** What the person sees when the page itself breaks (a fault of ours, or a part that could not be loaded). */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="page-boundary" role="alert">
        <h1>{pageWords.broken}</h1>
        <p>{pageWords.brokenText}</p>
        <button type="button" className="button button--primary" onClick={() => window.location.reload()}>
          {pageWords.reload}
        </button>
      </main>
    );
  }
}
