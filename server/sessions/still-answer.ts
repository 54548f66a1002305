import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { type FromHost, MAX_STILL_LENGTH } from "../../signaling/protocol/messages.ts";
import type { Still } from "../devices/provider.ts";
import { reasonOf } from "./viewer-session.ts";

type StillAnswer = Pick<Extract<FromHost, { type: "still" }>, "jpeg" | "error">;

/** What a host answers when signaling wants a still: the picture, or why there is none. Never fails. */
export async function stillOf(
	deviceId: string,
	device: { still(): Promise<Still> } | undefined,
): Promise<StillAnswer> {
	try {
		if (!device)
			throw new PortholeError("no-such-device", `${deviceId} is not on, so there is no still of it.`);
		const jpeg = Buffer.from((await device.still()).data).toString("base64");
		if (jpeg.length <= MAX_STILL_LENGTH) return { jpeg };
		throw new PortholeError(
			"still-too-large",
			`The still of ${deviceId} is larger than ${MAX_STILL_LENGTH} characters.`,
		);
	} catch (error) {
		const code = error instanceof PortholeError ? error.code : "no-still";
		return { error: reasonOf(code, messageOf(error)) };
	}
}
