/** Which version of the service runs, as its description of the API says. */
import { queryOptions } from "@tanstack/react-query";
import { ask } from "~/lib/api/request";

export const versionOfServer = queryOptions({
  queryKey: ["version"],
  queryFn: async () => (await ask<{ info: { version: string } }>("GET", "/api/openapi.json")).data.info.version,
  staleTime: Infinity,
});
