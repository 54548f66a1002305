import type { IncomingEvents, IncomingStream } from "../incoming-stream.ts";
import type { DeviceEnd } from "../provider.ts";
import { WhipDevice } from "./device.ts";

/** Answers a publisher's offer; a media engine's `receive`. */
type Receive = (offer: string, events: IncomingEvents) => Promise<IncomingStream>;

/** Why a publisher's device has ended, in words for its viewers. */
const WORDS: Readonly<Record<string, string>> = {
	left: "The publisher stopped sending.",
	silent: "Nothing was heard of the publisher any more.",
	"connect-timeout": "The publisher never connected.",
	"dtls-failed": "The connection with the publisher failed.",
	"host-failed": "An error of this host ended the stream. Its log says which.",
};

/** Makes a device of what a publisher offers. Throws PortholeError as the engine does. */
export async function publishDevice(
	id: string,
	offer: string,
	receive: Receive,
	dropped: () => void,
): Promise<{ device: WhipDevice; answer: string }> {
	let device: WhipDevice | undefined;
	const stream = await receive(offer, {
		connected() {},
		accessUnit: (unit) => device?.take(unit),
		dropped,
		ended: (reason) => device?.end(publisherEnd(reason)),
	});
	device = new WhipDevice(id, stream);
	return { device, answer: stream.answer };
}

/** The end of a publisher's device. `reason` as in `IncomingEvents.ended`. */
function publisherEnd(reason: string): DeviceEnd {
	return { code: `publisher-${reason}`, message: WORDS[reason] ?? "The published stream has ended." };
}
