import { rightsOn } from "../grants/rights.ts";
import type { SignalingServer } from "../server/signaling-server.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./route.ts";

/** `GET /api/devices`: `{devices: DeviceDescription[]}`, those that the asker has a right to. */
export function devicesRoute(signaling: SignalingServer): Route {
	return {
		method: "GET",
		path: /^\/api\/devices$/,
		for: "known",
		handle({ rights }, response) {
			const devices = signaling.devices().filter(({ id }) => rightsOn(rights, id));
			sendJson(response, 200, { devices });
		},
	};
}
