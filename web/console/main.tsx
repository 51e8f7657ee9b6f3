import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../styles/tokens.css';
import '../styles/base.css';
import { browserStorage } from '../shared/browser-storage.ts';
import { PageBoundary } from '../shared/page-boundary.tsx';
import { ConsoleApp } from './console-app.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <PageBoundary>
        <ConsoleApp storage={browserStorage()} />
      </PageBoundary>
    </StrictMode>,
  );
}
