import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/problem';
import { App } from './app/app';
import { guessLang, setLang } from './i18n';
import './css/gradus.css';
import './css/kit.css';
import './css/app.css';

// Data of people lives in memory only.
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (n, e) => !(e instanceof ApiError) && n < 1, // the client itself has tried three times
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById('root')!;

/* Without its words the page has nothing to say but this, in both languages. */
function noWords(): void {
  const again = document.createElement('button');
  again.textContent = 'Gradus: не загрузилось, повторить · not loaded, try again';
  again.onclick = () => location.reload();
  root.replaceChildren(again);
}

setLang(guessLang()).then(
  () =>
    createRoot(root).render(
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>,
    ),
  noWords,
);
