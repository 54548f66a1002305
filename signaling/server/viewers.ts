import { randomUUID } from "node:crypto";
import type { SocketLike } from "../client.ts";
import type { Access } from "../grants/access.ts";
import type { Metrics } from "../metrics.ts";
import {
	type FromViewer,
	fromViewerSchema,
	type Role,
	type ToHost,
	type ToViewer,
	type ViewerHello,
} from "../protocol/messages.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { turnAway } from "./greeting.ts";
import { Line } from "./line.ts";

/** Viewers at one signaling server, at most. */
const MAX_VIEWERS = 10_000;

interface Viewer {
	readonly id: string;
	readonly deviceId: string;
	readonly role: Role;
	readonly line: Line<typeof fromViewerSchema, ToViewer>;
}

/** The viewers that are connected, and what they and their hosts say to each other. */
export class Viewers {
	readonly #viewers = new Map<string, Viewer>();
	readonly #directory: DeviceDirectory;
	readonly #access: Access;
	readonly #metrics: Metrics;
	readonly #tellHost: (hostId: string, message: ToHost) => void;

	constructor(
		directory: DeviceDirectory,
		access: Access,
		metrics: Metrics,
		tellHost: (hostId: string, message: ToHost) => void,
	) {
		this.#directory = directory;
		this.#access = access;
		this.#metrics = metrics;
		this.#tellHost = tellHost;
	}

	/** Lets in a viewer whose right (`role`) has been checked. */
	join(socket: SocketLike, hello: ViewerHello, role: Role): void {
		const { seat, deviceId } = hello;
		const known =
			seat && this.#access.ownsSeat(seat.viewerId, deviceId, seat.key) ? seat.viewerId : undefined;
		const device = this.#directory.describe(deviceId);
		if (!device) {
			if (!known) return this.#refuse(socket, "no-such-device", `There is no device ${deviceId} here.`);
			return this.#comeBackLater(socket, deviceId);
		}
		if (this.#viewers.size >= MAX_VIEWERS) return this.#refuse(socket, "full", "Too many viewers are here.");
		const id = known ?? randomUUID();
		const line = new Line<typeof fromViewerSchema, ToViewer>(socket, fromViewerSchema, {
			message: (message) => this.#receive(viewer, message),
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => this.#leave(viewer),
		});
		const viewer = { id, deviceId, role, line };
		// Counted before it is in the list: its welcome comes first, and already counts it.
		this.#directory.countViewer(deviceId, 1);
		const message = "This viewer connected again elsewhere.";
		this.#viewers.get(id)?.line.close({ code: "superseded", message });
		this.#viewers.set(id, viewer);
		this.#metrics.viewers.set(this.#viewers.size);
		line.send({
			type: "welcome",
			version: PROTOCOL_VERSION,
			viewerId: id,
			seatKey: this.#access.seatKey(id, deviceId),
			role,
			device: this.#directory.describe(deviceId) ?? device,
		});
		this.#announce(viewer, known !== undefined && hello.media);
	}

	/** Passes on what a host says to one of the viewers of its own devices. */
	fromHost(hostId: string, viewerId: string, message: ToViewer): void {
		const viewer = this.#viewers.get(viewerId);
		if (!viewer || this.#directory.hostOf(viewer.deviceId) !== hostId) return;
		viewer.line.send(message);
	}

	/** A device's description changed, or the device is gone. */
	deviceChanged(deviceId: string): void {
		const device = this.#directory.describe(deviceId);
		for (const viewer of this.#viewers.values()) {
			if (viewer.deviceId !== deviceId) continue;
			if (device) viewer.line.send({ type: "device", device });
			else {
				const message = "The device was taken away by its host.";
				viewer.line.send({ type: "ended", reason: { code: "device-gone", message }, final: true });
			}
		}
	}

	/** Devices came (back) with their host: it hears of everybody who is waiting for one of them. */
	announceAll(deviceIds: ReadonlySet<string>): void {
		for (const viewer of this.#viewers.values()) {
			if (deviceIds.has(viewer.deviceId)) this.#announce(viewer, true);
		}
	}

	/** Hangs up without a word: signaling going away ends no session, whose media goes on. */
	closeAll(): void {
		for (const viewer of [...this.#viewers.values()]) viewer.line.close();
	}

	#announce(viewer: Viewer, media: boolean): void {
		const { id: viewerId, deviceId, role } = viewer;
		this.#toHostOf(viewer, { type: "viewer-joined", viewerId, deviceId, role, media });
	}

	#receive(viewer: Viewer, message: FromViewer): void {
		const viewerId = viewer.id;
		switch (message.type) {
			case "answer":
				return this.#toHostOf(viewer, { type: "answer", viewerId, peerId: message.peerId, sdp: message.sdp });
			case "restart":
				// Announced anew, with everything a host needs: it may have given this viewer up already.
				return this.#announce(viewer, false);
			case "leave":
				this.#toHostOf(viewer, { type: "viewer-left", viewerId });
				return viewer.line.close();
			case "ping":
				return;
		}
	}

	/** A lost line is not a farewell: media goes on, and the host notices by itself when it does not. */
	#leave(viewer: Viewer): void {
		this.#viewers.delete(viewer.id);
		this.#metrics.viewers.set(this.#viewers.size);
		this.#directory.countViewer(viewer.deviceId, -1);
	}

	#toHostOf(viewer: Viewer, message: ToHost): void {
		const hostId = this.#directory.hostOf(viewer.deviceId);
		if (hostId !== undefined) this.#tellHost(hostId, message);
	}

	#refuse(socket: SocketLike, code: string, message: string): void {
		this.#metrics.refusedRequests.inc({ reason: code });
		turnAway(socket, { code, message }, true);
	}

	/** After a restart of signaling a viewer may be back before the host is; it tries again by itself. */
	#comeBackLater(socket: SocketLike, deviceId: string): void {
		const message = `The computer that ${deviceId} runs on is not here yet.`;
		turnAway(socket, { code: "host-offline", message }, false);
	}
}
