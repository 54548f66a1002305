import * as v from "valibot";
import type { Metrics } from "../metrics.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./router.ts";

const healthSchema = v.object({ status: v.picklist(["ok", "degraded"]) });

/**
 * `GET /healthz`: that the process answers, and whether all of its state is on the disk (`ok`) or some is not yet
 * (`degraded`); the one thing told to strangers. A degraded server serves: the status is 200.
 */
export function healthRoute(isStateWritten: () => boolean): Route {
	return {
		method: "GET",
		path: /^\/healthz$/,
		for: "anyone",
		api: {
			path: "/healthz",
			summary: "Whether the server answers, and whether its state is on the disk",
			isOpen: true,
			answers: { 200: { means: "It answers.", content: { schema: healthSchema } } },
		},
		handle: (_request, response) => sendJson(response, 200, { status: isStateWritten() ? "ok" : "degraded" }),
	};
}

/** `GET /metrics`: counters in Prometheus' text format, for the owner. */
export function metricsRoute(metrics: Metrics): Route {
	return {
		method: "GET",
		path: /^\/metrics$/,
		for: "owner",
		api: {
			path: "/metrics",
			summary: "Counters in Prometheus' text format",
			answers: { 200: { means: "The counters.", content: { type: "text/plain" } } },
		},
		async handle(_request, response) {
			const text = await metrics.registry.metrics();
			response.writeHead(200, { "content-type": metrics.registry.contentType });
			response.end(text);
		},
	};
}
