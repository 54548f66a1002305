import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { type FromHost, MAX_STILL_LENGTH } from "../../signaling/protocol/messages.ts";
import type { Screenshot } from "../devices/provider.ts";
import { reasonOf } from "./viewer-session.ts";

type ScreenshotAnswer = Pick<Extract<FromHost, { type: "screenshot" }>, "jpeg" | "error">;

/** What a host answers when signaling wants a screenshot: the picture, or why there is none. Never fails. */
export async function screenshotOf(
	deviceId: string,
	device: { screenshot(): Promise<Screenshot> } | undefined,
): Promise<ScreenshotAnswer> {
	try {
		if (!device)
			throw new PortholeError("no-such-device", `${deviceId} is not on, so there is no screenshot of it.`);
		const jpeg = Buffer.from((await device.screenshot()).data).toString("base64");
		if (jpeg.length <= MAX_STILL_LENGTH) return { jpeg };
		throw new PortholeError(
			"screenshot-too-large",
			`The still of ${deviceId} is larger than ${MAX_STILL_LENGTH} characters.`,
		);
	} catch (error) {
		const code = error instanceof PortholeError ? error.code : "no-screenshot";
		return { error: reasonOf(code, messageOf(error)) };
	}
}
