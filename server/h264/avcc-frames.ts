import { type AvccEnvelope, AvccRecordReader, readAvcConfiguration } from "./avcc.ts";
import { LiveStream, type LiveUnit } from "./live-stream.ts";

/** Access units out of a stream of AVCC records, as `baguette stream` and serve-sim write them. */
export class AvccFrames {
	readonly #records = new AvccRecordReader();
	readonly #stream = new LiveStream();
	/** Parameter sets that no frame has come with. */
	#sets: readonly Uint8Array[] = [];

	/** Takes the next bytes and gives the frames that they complete. Throws PortholeError `bad-record`. */
	push(piece: Uint8Array): LiveUnit[] {
		return this.#records.push(piece).flatMap((envelope) => this.take(envelope) ?? []);
	}

	/** Takes an envelope that has come whole, and gives its frame where it has one. */
	take({ kind, payload }: AvccEnvelope): LiveUnit | undefined {
		if (kind === "seed") return undefined;
		if (kind === "configuration") {
			const configuration = readAvcConfiguration(payload);
			// Both programs write lengths of four bytes; anything else could not be cut into NAL units here.
			if (configuration?.lengthBytes === 4) this.#sets = [...configuration.sps, ...configuration.pps];
			return undefined;
		}
		const sets = this.#sets;
		this.#sets = [];
		return this.#stream.take([...sets, payload]);
	}
}
