import { Counter, Gauge, Registry } from "prom-client";

/** Everything that `GET /metrics` tells. Label values come from closed sets, so that no client can grow them. */
export interface Metrics {
	readonly registry: Registry;
	/** Signaling messages refused, by error code. */
	readonly refusedMessages: Counter<"code">;
	/** Connections and requests turned away at once, by reason. */
	readonly refusedRequests: Counter<"reason">;
	/** Input messages dropped, by reason. */
	readonly droppedInput: Counter<"reason">;
	/** Viewers connected to signaling. */
	readonly viewers: Gauge;
	/** Parts of the state (links, host keys, rooms, audit log) whose last changes are not on the disk. */
	readonly unwrittenState: Gauge;
	/** Devices known, by state. */
	readonly devices: Gauge<"state">;
	/** Peer sessions begun and ended, by reason. */
	readonly endedPeers: Counter<"reason">;
	readonly openedPeers: Counter;
	/** Packets and connections at the media port that were dropped, by reason. */
	readonly droppedMediaPackets: Counter<"reason">;
	/** Packets of publishers that were dropped. */
	readonly droppedPublished: Counter;
	/** Access units taken from sources. */
	readonly accessUnits: Counter;
}

export function createMetrics(): Metrics {
	const registry = new Registry();
	const registers = [registry];
	return {
		registry,
		refusedMessages: new Counter({
			name: "porthole_signaling_messages_refused_total",
			help: "Signaling messages refused, by code",
			labelNames: ["code"],
			registers,
		}),
		refusedRequests: new Counter({
			name: "porthole_requests_refused_total",
			help: "Connections and requests turned away, by reason",
			labelNames: ["reason"],
			registers,
		}),
		droppedInput: new Counter({
			name: "porthole_input_dropped_total",
			help: "Input messages dropped, by reason",
			labelNames: ["reason"],
			registers,
		}),
		viewers: new Gauge({ name: "porthole_viewers", help: "Viewers connected", registers }),
		unwrittenState: new Gauge({
			name: "porthole_state_unwritten",
			help: "Parts of the state (links, host keys, rooms, audit log) whose last changes are not on the disk",
			registers,
		}),
		devices: new Gauge({
			name: "porthole_devices",
			help: "Devices known, by state",
			labelNames: ["state"],
			registers,
		}),
		endedPeers: new Counter({
			name: "porthole_peers_ended_total",
			help: "Media connections ended, by reason",
			labelNames: ["reason"],
			registers,
		}),
		openedPeers: new Counter({
			name: "porthole_peers_opened_total",
			help: "Media connections begun",
			registers,
		}),
		droppedMediaPackets: new Counter({
			name: "porthole_media_packets_dropped_total",
			help: "Packets and connections of strangers dropped at the media port, by reason",
			labelNames: ["reason"],
			registers,
		}),
		droppedPublished: new Counter({
			name: "porthole_published_packets_dropped_total",
			help: "Packets of publishers dropped: not genuine, repeated, late, or unreadable",
			registers,
		}),
		accessUnits: new Counter({
			name: "porthole_access_units_total",
			help: "Coded pictures taken from devices",
			registers,
		}),
	};
}
