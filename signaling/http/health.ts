import { sendJson } from "./responses.ts";
import type { Route } from "./route.ts";

/** `GET /healthz`: whether the process answers; the one thing told to strangers. */
export const healthRoute: Route = {
	method: "GET",
	path: /^\/healthz$/,
	for: "anyone",
	handle: (_request, response) => sendJson(response, 200, { status: "ok" }),
};
