import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './page/app.tsx';
import { createPageModel, ModelProvider } from './page/state/page-model.ts';

const token = document.querySelector<HTMLMetaElement>('meta[name="stopgate-token"]')?.content ?? '';
const root = document.getElementById('page');
if (root) {
  const model = createPageModel(token);
  createRoot(root).render(
    <StrictMode>
      <ModelProvider value={model}>
        <App />
      </ModelProvider>
    </StrictMode>,
  );
}
