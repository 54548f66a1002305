import type { ServerResponse } from "node:http";
import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import type { FrameMaker } from "../../streams/frames.ts";
import { type ImageType, takeScreenshot } from "../../streams/screenshot.ts";
import type { GatewayWatcher } from "../gateway-host.ts";
import { GatewayRefusal, sendPicture } from "./answers.ts";
import type { InputVisits } from "./input-visits.ts";
import { numberIn } from "./number-in.ts";
import type { Guest } from "./reception.ts";
import { settingsWithin } from "./stream-control.ts";

/** JPEG quality of a screenshot, 0..1: Baguette's. */
const QUALITY = 0.85;

export interface ScreenshotGround {
	readonly visits: InputVisits;
	readonly maker: FrameMaker;
}

/**
 * `GET screenshot.jpg` and `.png`, with `quality` (0..1) and `scale` (1..4). Throws GatewayRefusal 500 when no picture came
 * in time, and as `InputVisits.begin` does.
 */
export async function sendScreenshot(
	guest: Guest,
	query: URLSearchParams,
	type: ImageType,
	response: ServerResponse,
	{ visits, maker }: ScreenshotGround,
): Promise<void> {
	const device = guest.device();
	const { visit, done } = await visits.begin(device, guest.rights, guest.address);
	try {
		const feed = {
			watch: (watcher: GatewayWatcher) => visit.watch(watcher),
			screenshot: () => device.screenshot(),
		};
		const { scale } = settingsWithin({ scale: numberIn(query, "scale") });
		const quality = numberIn(query, "quality") ?? QUALITY;
		const { data } = await takeScreenshot(feed, maker, { type, quality, scale });
		sendPicture(response, type, data, 0);
	} catch (error) {
		if (error instanceof PortholeError) throw new GatewayRefusal(500, error.code, messageOf(error));
		throw error;
	} finally {
		done();
	}
}
