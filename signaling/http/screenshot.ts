import { requireRights } from "../grants/rights.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { Route } from "./route.ts";

/** A still is made at most this often for all who ask, ms. */
const FRESH_FOR = 1_000;
/** Devices whose still is kept. */
const MAX_KEPT = 64;

export interface ScreenshotDeps {
	readonly screenshotOf: (deviceId: string) => Promise<Uint8Array>;
	/** Guests see a device only after an owner let them in, so they see no screenshot of it either. */
	readonly asksFirst: (deviceId: string) => boolean;
	readonly now: () => number;
}

/** `GET /api/devices/:id/still`: a small JPEG of the screen as it is, for cards. */
export function screenshotRoute({ screenshotOf, asksFirst, now }: ScreenshotDeps): Route {
	const kept = new Map<string, { at: number; screenshot: Promise<Uint8Array> }>();
	return {
		method: "GET",
		path: /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/still$/,
		for: "known",
		async handle({ params: [id = ""], rights }, response) {
			const { role } = requireRights(rights, id);
			if (role !== "own" && asksFirst(id)) {
				throw new PortholeError("not-allowed", "An owner lets people in to this device first.");
			}
			let entry = kept.get(id);
			if (!entry || now() - entry.at >= FRESH_FOR) {
				entry = { at: now(), screenshot: screenshotOf(id) };
				entry.screenshot.catch(() => kept.delete(id));
				kept.delete(id);
				kept.set(id, entry);
				const [oldest] = kept.keys();
				if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
			}
			const data = await entry.screenshot;
			response.writeHead(200, {
				"content-type": "image/jpeg",
				"content-length": data.length,
				"cache-control": "no-store",
			});
			response.end(data);
		},
	};
}
