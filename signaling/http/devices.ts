import type { SignalingServer } from "../server/signaling-server.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./route.ts";

/** `GET /api/devices`: `{devices: DeviceDescription[]}`. */
export function devicesRoute(signaling: SignalingServer): Route {
	return {
		method: "GET",
		path: /^\/api\/devices$/,
		for: "known",
		handle: (_request, response) => sendJson(response, 200, { devices: signaling.devices() }),
	};
}
