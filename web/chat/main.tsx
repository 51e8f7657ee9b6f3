import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../styles/tokens.css';
import '../styles/base.css';
import { browserStorage } from '../shared/browser-storage.ts';
import { PageBoundary } from '../shared/page-boundary.tsx';
import { createChatApi } from './chat-api.ts';
import { ChatApp } from './chat-app.tsx';
import { createChatClient } from './chat-client.ts';

const storage = browserStorage();
const client = createChatClient({ api: createChatApi(), storage });
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <PageBoundary>
        <ChatApp client={client} storage={storage} />
      </PageBoundary>
    </StrictMode>,
  );
}
