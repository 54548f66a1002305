import type { Station } from "../station.ts";
import type { EdgeLink } from "./edge-link.ts";
import { type FarStream, openFarStream } from "./far-stream.ts";

/** One device's streams at the edges that have viewers of it. */
export class FarStreams {
	readonly #streams = new Map<EdgeLink, { readonly station: Station; readonly stream: Promise<FarStream> }>();

	/** The stream at an edge, opened when it is first needed, and anew when where it came from is gone. */
	at(link: EdgeLink, station: Station): Promise<FarStream> {
		const known = this.#streams.get(link);
		if (known?.station === station) return known.stream;
		for (const other of this.#streams.keys()) if (other.lost) this.#streams.delete(other);
		const stream = openFarStream(link, station);
		this.#streams.set(link, { station, stream });
		stream.catch(() => this.#streams.delete(link));
		return stream;
	}

	close(): void {
		for (const { stream } of this.#streams.values()) stream.then((one) => one.close()).catch(() => {});
		this.#streams.clear();
	}
}
