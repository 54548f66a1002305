import { randomUUID } from "node:crypto";
import type { Audit } from "../audit.ts";
import type { Access } from "../auth/access.ts";
import { Barred } from "../auth/barred.ts";
import { ownerRights, type Rights } from "../auth/rights.ts";
import type { SocketLike } from "../client.ts";
import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import { Declined, messageOf, PortholeError } from "../protocol/errors.ts";
import {
	fromViewerSchema,
	type IceServer,
	type Quality,
	type Reason,
	type ToHost,
	type ToViewer,
	type ViewerHello,
} from "../protocol/messages.ts";
import type { WallClock } from "../protocol/time.ts";
import { RateLimit } from "../rate-limit.ts";
import type { Table } from "../table.ts";
import { Connection, turnAway } from "./connection.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import type { Participant, ViewerConnection, ViewerRequest } from "./participants.ts";
import { Room } from "./room.ts";
import { RoomMemory, type RoomRecord } from "./room-record.ts";

/** Joins of one link's people at once and a second, each of which costs the host an offer; owners have no such limit. */
const JOINS = { burst: 64, perSecond: 2 };

/** Viewers at one signaling server, at most. */
const MAX_VIEWERS = 10_000;

interface ViewersDeps {
	readonly directory: DeviceDirectory;
	readonly access: Pick<
		Access,
		"participantKey" | "isParticipantKey" | "noteVisit" | "stillGood" | "bar" | "barOf" | "revoke"
	>;
	/** What is remembered of rooms. */
	readonly rooms: Table<RoomRecord>;
	readonly metrics: Metrics;
	readonly clock: Clock;
	readonly wall: WallClock;
	readonly audit: Audit;
	readonly tellHost: (hostId: string, message: ToHost) => void;
	/** What helps a viewer's packets through, if there is anything. */
	readonly iceServers?: (viewerId: string) => readonly IceServer[];
}

/** What a viewer came with, already checked. */
export interface Visitor {
	readonly rights: Rights;
	readonly address?: string | undefined;
	/** Made by a player without a page, which answers to nobody else's. */
	readonly offer?: string | undefined;
	/** Of a client of a gateway, by which the device's host knows it. */
	readonly gatewayTicket?: string | undefined;
}

/** The viewers of all devices: makes each a participant of its device's room, and finds them for their hosts. */
export class Viewers {
	readonly #deps: ViewersDeps;
	readonly #limit: RateLimit;
	readonly #joins: RateLimit;
	/** By device. */
	readonly #rooms = new Map<string, Room>();
	/** Of rooms, and of those given up whose record is still being removed. */
	readonly #memories = new Map<string, RoomMemory>();
	/** The room of each participant, by viewer id. */
	readonly #roomsByViewer = new Map<string, { room: Room; deviceId: string }>();
	readonly #connections = new Set<ViewerConnection>();
	/** Viewers sent away from any room of this server; rooms remember theirs for their records. */
	readonly #barred: Barred;

	constructor(deps: ViewersDeps) {
		this.#deps = deps;
		this.#barred = new Barred(deps.wall);
		this.#limit = new RateLimit(20, 4_000, () => deps.clock.now());
		this.#joins = RateLimit.of(JOINS, () => deps.clock.now());
	}

	/** Lets in a viewer whose rights have been checked. */
	join(socket: SocketLike, hello: ViewerHello, { rights, address, offer, gatewayTicket }: Visitor): void {
		const { directory, access } = this.#deps;
		const { participant: proof, deviceId, name } = hello;
		const known =
			proof && access.isParticipantKey(proof.viewerId, deviceId, proof.key) ? proof.viewerId : undefined;
		if (!directory.describe(deviceId)) {
			if (!known) return this.#refuse(socket, "no-such-device", `There is no device ${deviceId} here.`);
			return comeBackLater(socket, deviceId);
		}
		if (directory.isElsewhere(deviceId)) return comeBackLater(socket, deviceId);
		if (rights.grantId !== ownerRights.grantId && !this.#joins.take(rights.grantId)) {
			const message = "Too many people have come by this link in the last seconds. This is tried again.";
			return turnAway(socket, { code: "too-fast", message }, false);
		}
		if (this.#connections.size >= MAX_VIEWERS)
			return this.#refuse(socket, "full", "Too many viewers are here.");
		const room = this.#roomOf(deviceId);
		// A room that is taken back remembers who was sent away.
		const barred = access.barOf(rights) ?? (known === undefined ? undefined : this.#barred.reasonFor(known));
		if (barred) {
			this.#tidy();
			return this.#refuse(socket, barred.code, barred.message);
		}
		const viewerId = known ?? randomUUID();
		let participant = room.participant(viewerId);
		try {
			if (participant) room.claim(participant, rights, name);
			else participant = room.add({ viewerId, rights, name, offer, gatewayTicket });
		} catch (error) {
			this.#tidy();
			return this.#refuse(socket, error instanceof PortholeError ? error.code : "internal", messageOf(error));
		}
		this.#roomsByViewer.set(viewerId, { room, deviceId });
		access.noteVisit(rights, participant.givenName, address);
		const connection = this.#open(socket, room, participant, address);
		const participantKey = access.participantKey(viewerId, deviceId);
		room.attach(participant, {
			connection,
			participantKey,
			media: known !== undefined && hello.media,
			address,
		});
	}

	/** Passes on what a host says to one of the viewers of its own devices. */
	fromHost(hostId: string, viewerId: string, message: ToViewer): void {
		const participant = this.#ofHost(hostId, viewerId)?.participant;
		if (participant) participant.offerAskedAt = undefined;
		const connection = participant?.connection;
		if (message.type !== "offer") return connection?.send(message);
		const iceServers = this.#deps.iceServers?.(viewerId) ?? [];
		connection?.send(iceServers.length > 0 ? { ...message, iceServers: [...iceServers] } : message);
	}

	/** A host let a viewer's touch through. */
	touched(hostId: string, viewerId: string): void {
		const found = this.#ofHost(hostId, viewerId);
		if (found) found.room.touched(found.participant);
	}

	/** A host says how a viewer's connection does. */
	setQuality(hostId: string, viewerId: string, quality: Quality): void {
		const found = this.#ofHost(hostId, viewerId);
		if (found && quality !== "away") found.room.setQuality(found.participant, quality);
	}

	/** A device's description changed, or the device is gone, or it is on another node now: its viewers follow it. */
	deviceChanged(deviceId: string): void {
		const room = this.#rooms.get(deviceId);
		if (!room) return;
		if (this.#deps.directory.isElsewhere(deviceId)) {
			this.#memories.get(deviceId)?.close();
			this.#rooms.delete(deviceId);
			for (const [viewerId, participant] of this.#roomsByViewer)
				if (participant.room === room) this.#roomsByViewer.delete(viewerId);
			return room.close();
		}
		room.deviceChanged();
		if (this.#deps.directory.describe(deviceId)) return;
		room.close();
		this.#memories.get(deviceId)?.forget();
		this.#rooms.delete(deviceId);
	}

	/** Devices came (back) with their host: it hears who may touch them, and who is there. */
	announceAll(deviceIds: ReadonlySet<string>): void {
		for (const deviceId of deviceIds) this.#roomOf(deviceId).announceAll();
		this.#tidy();
	}

	/** Ends everybody whose right comes from a grant, also those whose connection is lost while their media flows. */
	endGrant(grantId: string, reason: Reason): void {
		for (const room of [...this.#rooms.values()]) room.endGrant(grantId, reason);
	}

	/** Hangs up without a word: signaling going away ends no session, whose media goes on. */
	closeAll(): void {
		for (const memory of this.#memories.values()) memory.close();
		for (const room of this.#rooms.values()) room.close();
		for (const connection of [...this.#connections]) connection.close();
		this.#rooms.clear();
		this.#roomsByViewer.clear();
	}

	#open(
		socket: SocketLike,
		room: Room,
		participant: Participant,
		address: string | undefined,
	): ViewerConnection {
		const { metrics, access } = this.#deps;
		const connection: ViewerConnection = new Connection(socket, fromViewerSchema, {
			message: (message) => {
				if (message.type === "ping") return;
				receiveFromViewer(room, participant, message, this.#limit);
				if (message.type === "name") access.noteVisit(participant.rights, participant.givenName, address);
			},
			refused: (code) => metrics.refusedMessages.inc({ code }),
			closed: () => {
				this.#connections.delete(connection);
				metrics.viewers.set(this.#connections.size);
				room.drop(participant, connection);
			},
		});
		this.#connections.add(connection);
		metrics.viewers.set(this.#connections.size);
		return connection;
	}

	#roomOf(deviceId: string): Room {
		const known = this.#rooms.get(deviceId);
		if (known) return known;
		const { directory, clock, wall, audit, tellHost, access, rooms } = this.#deps;
		const remembered = this.#memories.get(deviceId)?.busy ? undefined : rooms.get(deviceId);
		const memory = new RoomMemory({ deviceId, table: rooms, clock, record: () => room.record() });
		const room: Room = new Room({
			deviceId,
			clock,
			wall,
			audit,
			describe: () => directory.describe(deviceId),
			tellHost(message) {
				const hostId = directory.hostOf(deviceId);
				if (hostId !== undefined) tellHost(hostId, message);
			},
			count: (by) => directory.countViewer(deviceId, by),
			gone: ({ viewerId }) => {
				this.#roomsByViewer.delete(viewerId);
				this.#tidy();
			},
			remembered,
			stillGood: (rights) => access.stillGood(rights),
			bar: ({ viewerId, rights, reason, until }) => {
				this.#barred.add(viewerId, reason, until);
				if (until !== undefined) access.bar(rights, reason, until);
			},
			revoke: (grantId) => access.revoke(grantId),
			changed: () => memory.changed(),
		});
		for (const { viewerId } of remembered?.participants ?? [])
			if (room.participant(viewerId)) this.#roomsByViewer.set(viewerId, { room, deviceId });
		this.#memories.set(deviceId, memory);
		this.#rooms.set(deviceId, room);
		return room;
	}

	/** The viewer of one of a host's own devices, unless it still waits to be let in. */
	#ofHost(hostId: string, viewerId: string): { room: Room; participant: Participant } | undefined {
		const found = this.#roomsByViewer.get(viewerId);
		const participant = found?.room.participant(viewerId);
		if (!found || !participant || participant.waiting) return undefined;
		return this.#deps.directory.hostOf(found.deviceId) === hostId
			? { room: found.room, participant }
			: undefined;
	}

	#tidy(): void {
		for (const [deviceId, room] of this.#rooms) if (room.idle) this.#rooms.delete(deviceId);
		for (const [deviceId, memory] of this.#memories)
			if (!memory.busy && !this.#rooms.has(deviceId)) this.#memories.delete(deviceId);
	}

	#refuse(socket: SocketLike, code: string, message: string): void {
		this.#deps.metrics.refusedRequests.inc({ reason: code });
		turnAway(socket, { code, message }, true);
	}
}

/**
 * Does what a viewer asks for. Throws Declined for what cannot be had now, such as `waiting` for anything that a viewer
 * asks before it was let in, and PortholeError `too-fast`.
 */
function receiveFromViewer(
	room: Room,
	participant: Participant,
	message: ViewerRequest,
	limit: RateLimit,
): void {
	if (participant.waiting && message.type !== "leave" && message.type !== "name")
		throw new Declined("waiting", "An owner has to let you in first.");
	switch (message.type) {
		case "answer": {
			const { peerId, sdp } = message;
			return room.answer(participant, peerId, sdp);
		}
		case "restart":
			return room.restart(participant);
		case "leave":
			return room.leave(participant);
	}
	if (!limit.take(participant.viewerId))
		throw new PortholeError("too-fast", "That was asked for too often. Wait a few seconds.");
	switch (message.type) {
		case "name":
			return room.rename(participant, message.name);
		case "control":
			return room.act(participant, message.action, message.viewerId);
		case "kick":
			return room.kick(participant, message.viewerId, message.and);
		case "admit":
			return room.admit(participant, message.viewerId, message.admit);
	}
}

/** After a restart of signaling a viewer may be back before the host is; it tries again by itself. */
function comeBackLater(socket: SocketLike, deviceId: string): void {
	const message = `The computer that ${deviceId} runs on is not here yet.`;
	turnAway(socket, { code: "host-offline", message }, false);
}
