import { requireRights } from "../grants/rights.ts";
import type { DeviceBezel, DeviceDescription } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { Route } from "./route.ts";

/** Pictures that are kept, and how large they are together at most, bytes; the longest unused go first. */
const MAX_KEPT = 128;
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

export interface BezelRouteDeps {
	readonly deviceOf: (deviceId: string) => DeviceDescription | undefined;
	/** Asks the device's host. */
	readonly pictureOf: (deviceId: string, name: string) => Promise<Uint8Array>;
}

/**
 * `GET /api/devices/:id/frame/:name.png?v=VERSION`: a picture of a device's bezel. Browsers keep it for a day when the
 * version is the present one; a host is asked once for each.
 */
export function bezelRoute({ deviceOf, pictureOf }: BezelRouteDeps): Route {
	const pictures = new Map<string, Uint8Array>();
	let bytes = 0;

	function keep(key: string, data: Uint8Array): void {
		bytes += data.length - (pictures.get(key)?.length ?? 0);
		pictures.delete(key);
		pictures.set(key, data);
		for (const [oldest, { length }] of pictures) {
			if (pictures.size <= MAX_KEPT && bytes <= MAX_KEPT_BYTES) break;
			pictures.delete(oldest);
			bytes -= length;
		}
	}

	return {
		method: "GET",
		path: /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/frame\/([a-z][a-z0-9-]{0,47})\.png$/,
		for: "known",
		async handle({ message, params: [id = "", name = ""], rights }, response) {
			const { role } = requireRights(rights, id);
			const device = deviceOf(id);
			if (!device) throw new PortholeError("no-such-device", `There is no device ${id} here.`);
			// As with screenshots: who may be turned away sees nothing of the device.
			if (role !== "own" && device.policy.askFirst !== "never") {
				throw new PortholeError("not-allowed", "An owner lets people in to this device first.");
			}
			const { bezel } = device;
			if (!bezel || !hasPicture(bezel, name)) {
				throw new PortholeError("no-such-picture", `The frame of ${id} has no picture ${name}.`);
			}
			const key = `${id} ${name} ${bezel.version}`;
			const data = pictures.get(key) ?? (await pictureOf(id, name));
			keep(key, data);
			const wanted = new URLSearchParams((message.url ?? "").split("?", 2)[1]).get("v");
			response.writeHead(200, {
				"content-type": "image/png",
				"content-length": data.length,
				"cache-control": wanted === bezel.version ? "private, max-age=86400" : "no-store",
			});
			response.end(data);
		},
	};
}

function hasPicture({ buttons }: DeviceBezel, name: string): boolean {
	if (name === "bezel" || name === "bare" || name === "mask") return true;
	return buttons.some(
		({ id, pressed }) => name === `button-${id}` || (pressed && name === `button-${id}-pressed`),
	);
}
