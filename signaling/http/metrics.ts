import type { Metrics } from "../metrics.ts";
import type { Route } from "./route.ts";

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
