/**
 * Every page has an address of its own, which is the name of its file: `routes/segments.$id.edit.tsx` is
 * `/segments/$id/edit`. A page is read when somebody goes there; `sign-in` is the only one for strangers.
 */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Shell } from "~/components/shell/Shell";
import { Broken, Missing } from "~/components/shell/Wrong";
import { Failure } from "~/lib/api/request";
import { words } from "~/lib/i18n";
import { session } from "~/lib/session";

interface Context {
  queries: QueryClient;
}
type Module = { default: ComponentType };

const files = import.meta.glob<Module>("./routes/*.tsx");
const root = createRootRouteWithContext<Context>()({ notFoundComponent: Missing, errorComponent: Broken });

/** Everything but signing in needs somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const signIn = () => redirect({ to: "/sign-in", search: { to: location.href } });
    try {
      const found = await context.queries.ensureQueryData(session);
      if (found.must_change_password) throw signIn();
    } catch (problem) {
      if (problem instanceof Failure && problem.status === 401) throw signIn();
      throw problem;
    }
  },
});

/** `./routes/segments.$id.tsx` is `/segments/$id`; `./routes/index.tsx` is `/`. */
export const pathOf = (file: string): string =>
  `/${file.slice("./routes/".length, -".tsx".length).replaceAll(".", "/")}`.replace(/\/index$/, "/");

const loose = (search: Record<string, unknown>) => search;
/** A page comes with the words of its feature, so that it does not wait for them when it is drawn. */
const pages = Object.entries(files).map(([file, load]) => {
  const path = pathOf(file);
  return { path, component: lazyRouteComponent(async () => (await Promise.all([load(), words(path.split("/")[1] || "pulse")]))[0]) };
});
const signIn = pages.filter(({ path }) => path === "/sign-in").map((page) => createRoute({ getParentRoute: () => root, validateSearch: loose, ...page }));
const others = pages.filter(({ path }) => path !== "/sign-in").map((page) => createRoute({ getParentRoute: () => inside, validateSearch: loose, ...page }));

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([...signIn, inside.addChildren(others)]),
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}
