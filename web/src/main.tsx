import "@mantine/core/styles.css";
import "./styles/app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { Failure } from "~/lib/api/request";
import { start } from "~/lib/i18n";
import { session } from "~/lib/session";
import { makeRouter } from "~/router";
import { theme } from "~/styles/tokens";

const refused = (error: Error): boolean => error instanceof Failure && error.status >= 400 && error.status < 500;
const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: (times, error) => times < 2 && !refused(error) } },
});
const router = makeRouter(queries);

/** What is drawn first is the page itself: React would show something in its place for a third of a second. */
void Promise.all([start(), queries.prefetchQuery(session)])
  .then(() => router.load())
  .then(() => {
    createRoot(document.getElementById("root")!).render(
      <StrictMode>
        <MantineProvider theme={theme} defaultColorScheme="auto">
          <QueryClientProvider client={queries}>
            <Suspense>
              <RouterProvider router={router} />
            </Suspense>
          </QueryClientProvider>
        </MantineProvider>
      </StrictMode>,
    );
  });
