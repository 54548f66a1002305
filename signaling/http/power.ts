import * as v from "valibot";
import type { Audit } from "../audit.ts";
import { requireRights } from "../grants/rights.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";
import { readJson } from "./responses.ts";
import type { Route } from "./route.ts";

const orderSchema = v.strictObject({ on: v.boolean() });

export interface PowerDeps {
	readonly deviceOf: (deviceId: string) => DeviceDescription | undefined;
	/** Tells the device's host; settles when the order was taken. */
	readonly switchPower: (deviceId: string, on: boolean) => Promise<unknown>;
	readonly audit: Audit;
}

/**
 * `POST /api/devices/:id/power` with `{on}`: switches a device on or off, for whoever owns it. 202 when its host took
 * the order, which may take a while; 204 when it is so already.
 */
export function powerRoute({ deviceOf, switchPower, audit }: PowerDeps): Route {
	return {
		method: "POST",
		path: /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/power$/,
		for: "known",
		async handle({ message, params: [id = ""], rights, address }, response) {
			const { role, grantId } = requireRights(rights, id);
			if (role !== "own") {
				throw new PortholeError("not-allowed", `Only an owner of ${id} can switch it on or off.`);
			}
			const order = v.safeParse(orderSchema, await readJson(message));
			if (!order.success)
				throw new PortholeError("bad-request", "The body must be {on: true} or {on: false}.");
			const device = deviceOf(id);
			if (!device) throw new PortholeError("no-such-device", `There is no device ${id} here.`);
			const { on } = order.output;
			if (device.power === undefined) {
				const words = `Porthole cannot switch ${device.name} ${on ? "on" : "off"}; do it by hand.`;
				throw new PortholeError("no-power", words);
			}
			if (device.state !== "offline" && device.power === (on ? "on" : "off")) {
				response.writeHead(204).end();
				return;
			}
			await switchPower(id, on);
			audit.note({ event: "power", device: id, grantId, address, detail: on ? "on" : "off" });
			response.writeHead(202, { "content-length": 0, "cache-control": "no-store" }).end();
		},
	};
}
