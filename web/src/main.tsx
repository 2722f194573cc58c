import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client";
import { App } from "./shell/App";
import { openAhead } from "./shell/ahead";
import { startTheme } from "./shell/theme";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/chat.css";
import "./styles/dashboard.css";
import "./styles/views.css";
import "./styles/charts.css";
import "./styles/tables.css";
import "./styles/inputs.css";
import "./styles/home.css";
import "./styles/catalog.css";
import "./styles/palette.css";

/** What has not come by then is waited for in sight. */
const PATIENCE_MS = 250;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
});

const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
const ahead = openAhead(queries, new URL(window.location.href));
startTheme();
const root = document.getElementById("root");
if (root)
  void Promise.race([ahead, patience]).then(() =>
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <App />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
