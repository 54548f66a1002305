import type { Metrics } from "../metrics.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./router.ts";

/** `GET /healthz`: whether the process answers; the one thing told to strangers. */
export const healthRoute: Route = {
	method: "GET",
	path: /^\/healthz$/,
	for: "anyone",
	handle: (_request, response) => sendJson(response, 200, { status: "ok" }),
};

/** `GET /metrics`: counters in Prometheus' text format, for the owner. */
export function metricsRoute(metrics: Metrics): Route {
	return {
		method: "GET",
		path: /^\/metrics$/,
		for: "owner",
		async handle(_request, response) {
			const text = await metrics.registry.metrics();
			response.writeHead(200, { "content-type": metrics.registry.contentType });
			response.end(text);
		},
	};
}
