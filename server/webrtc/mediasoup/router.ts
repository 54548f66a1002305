import type { Router, RtpCapabilities, WebRtcTransport } from "mediasoup/types";
import { MAX_MESSAGE } from "../sdp/host-offer.ts";
import { type DataHub, MAX_WAITING } from "./data-channel.ts";
import { ROUTER_CODEC } from "./ingest.ts";
import type { WorkerSlot } from "./worker-pool.ts";

/** A viewer's browser checks the connection every 2.5 s; after this long without a sign it is gone, seconds. */
const SILENCE_LIMIT = 12;

/** What a path is taken to carry until it is known, bits per second: enough for any screen. */
const FIRST_ESTIMATE = 10_000_000;

/** A device's stream on one worker: viewers are connected here. */
export class StreamRouter {
	readonly slot: WorkerSlot;
	readonly router: Router;
	readonly hub: DataHub;
	/** Id of the device's stream, the same on every worker. */
	readonly producerId: string;

	private constructor(slot: WorkerSlot, router: Router, hub: DataHub, producerId: string) {
		this.slot = slot;
		this.router = router;
		this.hub = hub;
		this.producerId = producerId;
	}

	/** Opens a router on a worker; `bring` makes the device's stream come there and tells its id. */
	static async open(slot: WorkerSlot, bring: (router: Router) => Promise<string>): Promise<StreamRouter> {
		const router = await slot.worker.createRouter({ mediaCodecs: [ROUTER_CODEC] });
		try {
			const transport = await router.createDirectTransport({ maxReceiveMessageSize: MAX_MESSAGE });
			const { id } = await transport.produceData({ label: "input" });
			return new StreamRouter(slot, router, { transport, producerId: id }, await bring(router));
		} catch (error) {
			router.close();
			throw error;
		}
	}

	/** All that the router can send: what a viewer does not take of it shows in its answer. */
	get viewerCapabilities(): RtpCapabilities {
		return this.router.rtpCapabilities;
	}

	openTransport(): Promise<WebRtcTransport> {
		return this.router.createWebRtcTransport({
			webRtcServer: this.slot.server,
			enableUdp: true,
			enableTcp: true,
			preferUdp: true,
			iceConsentTimeout: SILENCE_LIMIT,
			initialAvailableOutgoingBitrate: FIRST_ESTIMATE,
			enableSctp: true,
			maxReceiveMessageSize: MAX_MESSAGE,
			sctpSendBufferSize: 2 * MAX_WAITING,
			sctpPerStreamSendQueueLimit: MAX_WAITING,
		});
	}

	close(): void {
		this.router.close();
	}
}
