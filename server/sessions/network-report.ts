import type { HostMessage } from "../../signaling/protocol/input.ts";
import type { PeerStats } from "../webrtc/media.ts";

type NetworkMessage = Extract<HostMessage, { type: "network" }>;

/** How often figures alone are told, ms; another rendition is told at once. */
const FIGURES_EVERY = 1_000;

/** What one viewer is told of its network: which rendition that lets it have, and why. */
export class NetworkReport {
	#told: NetworkMessage | undefined;
	#toldAt = Number.NEGATIVE_INFINITY;

	/** What is to be told at `now`, ms; nothing while nothing is known or nothing is new. */
	news(
		{ rendition, estimate, queueDelay }: Pick<PeerStats, "rendition" | "estimate" | "queueDelay">,
		now: number,
	): NetworkMessage | undefined {
		const message: NetworkMessage = {
			type: "network",
			...(rendition && { rendition }),
			...(estimate !== undefined && { estimate }),
			...(queueDelay !== undefined && { queueDelay }),
		};
		const told = this.#told;
		if (!told && Object.keys(message).length === 1) return undefined;
		const sameFigures = told?.estimate === estimate && told?.queueDelay === queueDelay;
		if (told && told.rendition === rendition && (sameFigures || now < this.#toldAt + FIGURES_EVERY))
			return undefined;
		this.#told = message;
		this.#toldAt = now;
		return message;
	}
}
