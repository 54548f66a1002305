import type { Audit, AuditEntry } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { Declined } from "../protocol/errors.ts";
import {
	type ControlAction,
	PROTOCOL_VERSION,
	type Quality,
	type Reason,
	type ToViewer,
} from "../protocol/messages.ts";
import { mayWait, mustWait, waitingSeat } from "./admission.ts";
import { ControlKeeper } from "./control-keeper.ts";
import {
	MAX_SEATS,
	requireOwner,
	type Seat,
	type SeatStart,
	Seats,
	type ViewerLine,
} from "./participants.ts";
import { Presence } from "./presence.ts";
import { MAX_BARRED_KEPT, type RestoreDeps, type RoomRecord, restoreSeats } from "./room-record.ts";

interface RoomDeps extends RestoreDeps {
	readonly deviceId: string;
	readonly clock: Clock;
	readonly audit: Audit;
	/** The device as it is now; undefined when it is gone. */
	readonly describe: () => DeviceDescription | undefined;
	/** One more or one less watches. */
	readonly count: (by: 1 | -1) => void;
	/** A seat is given up. `barredFor`: somebody sent its viewer away, and nobody may come back to it. */
	readonly gone: (seat: Seat, barredFor: Reason | undefined) => void;
	/** The room as it was left. */
	readonly remembered: RoomRecord | undefined;
	/** What `record` gives is another now. */
	readonly changed: () => void;
}

/** How somebody takes a seat. */
interface Arrival {
	readonly line: ViewerLine;
	readonly seatKey: string;
	/** The viewer says, and may say, that its media still flows. */
	readonly media: boolean;
	readonly address: string | undefined;
}

/** Everybody on one device: who is there, who waits to be let in, and who holds control. */
export class Room {
	readonly #deps: RoomDeps;
	readonly #seats: Seats;
	readonly #presence: Presence;
	readonly #control: ControlKeeper;
	/** Newest last. */
	#barred: RoomRecord["barred"];
	#closed = false;

	constructor(deps: RoomDeps) {
		this.#deps = deps;
		this.#seats = new Seats(deps.clock, (seat) => this.leave(seat));
		this.#presence = new Presence(this.#seats, deps.clock);
		const control = deps.remembered && restoreSeats(deps.remembered, this.#seats, deps);
		this.#barred = deps.remembered?.barred ?? [];
		const passed = (holder: Seat | undefined, detail: string) =>
			this.#note(holder, { event: "control", detail });
		const keeper = { ...deps, seats: this.#seats, passed };
		this.#control = new ControlKeeper(deps.describe()?.policy.touchTakes ?? false, keeper, control);
	}

	/** Nobody has a seat, and nothing is worth remembering. */
	get idle(): boolean {
		return this.#seats.size === 0 && this.#control.atRest;
	}

	/** What is worth remembering. */
	record(): RoomRecord | undefined {
		const seats = this.#seats.all().filter(({ waiting }) => !waiting);
		if (seats.length === 0 && this.#control.atRest && this.#barred.length === 0) return undefined;
		return { control: this.#control.state, seats: seats.map((seat) => seat.record()), barred: this.#barred };
	}

	seat(viewerId: string): Seat | undefined {
		return this.#seats.get(viewerId);
	}

	/** A seat for a newcomer. Throws Declined `device-full` or `waiting-room-full`. */
	addSeat(start: Pick<SeatStart, "viewerId" | "rights" | "name" | "offer" | "gatewayTicket">): Seat {
		if (this.#seats.size >= MAX_SEATS)
			throw new Declined("device-full", "Too many people are on this device.");
		const { askFirst = "never" } = this.#deps.describe()?.policy ?? {};
		// Nobody without a page can wait; those who would have to are refused before.
		const hasPage = start.offer === undefined && start.gatewayTicket === undefined;
		const waiting = hasPage && mustWait(askFirst, start.rights.role, this.#seats);
		if (waiting && !mayWait(this.#seats))
			throw new Declined("waiting-room-full", "Too many people wait to be let in. Try again later.");
		return this.#seats.add({ ...start, waiting });
	}

	/** Somebody takes its seat: for the first time, again, or from another line, which is ended. */
	sit(seat: Seat, { line, seatKey, media, address }: Arrival): void {
		const { describe, count } = this.#deps;
		const before = seat.line;
		this.#seats.take(seat);
		// Counted before it hears of changes: its welcome comes first, and already counts it.
		if (!before && !seat.waiting) count(1);
		seat.line = line;
		const device = describe();
		if (!device) return this.leave(seat, deviceGone);
		before?.close({ code: "superseded", message: "This viewer connected again elsewhere." });
		const { viewerId, role } = seat;
		line.send({ type: "welcome", version: PROTOCOL_VERSION, viewerId, seatKey, role, device });
		this.#note(seat, { event: "joined", address, detail: seat.waiting ? "waiting" : role });
		if (seat.waiting) {
			this.#presence.tellWaiting(seat);
			line.send({ type: "waiting" });
		} else this.#letIn(seat, media);
		this.#peopleChanged();
	}

	/** A seat's line is lost: no farewell. Media goes on, and the seat is kept for a while. */
	drop(seat: Seat, line: ViewerLine): void {
		if (seat.line !== line) return;
		if (seat.waiting && !this.#closed) return this.leave(seat);
		seat.line = undefined;
		if (!seat.waiting) this.#deps.count(-1);
		// Whoever goes on where this room ended takes care of the seat.
		if (this.#closed) return;
		this.#seats.keep(seat);
		this.#control.left(seat, true);
		this.#peopleChanged();
	}

	/** Somebody is gone for good; with a reason it was sent away. */
	leave(seat: Seat, reason?: Reason, barred = false): void {
		const { line, viewerId, waiting } = seat;
		seat.line = undefined;
		this.#seats.remove(seat);
		if (!waiting) {
			if (line) this.#deps.count(-1);
			this.#deps.tellHost({ type: "viewer-left", viewerId });
			this.#control.left(seat, false);
		}
		this.#note(seat, { event: "left", detail: reason?.code });
		if (barred && reason) this.#barred = [...this.#barred, { viewerId, reason }].slice(-MAX_BARRED_KEPT);
		this.#peopleChanged();
		this.#deps.gone(seat, barred ? reason : undefined);
		if (reason) line?.send({ type: "ended", reason, final: true });
		line?.close();
	}

	/** Ends everybody whose right came from a grant. */
	endGrant(grantId: string, reason: Reason): void {
		for (const seat of this.#seats.all()) if (seat.rights.grantId === grantId) this.leave(seat, reason);
	}

	rename(seat: Seat, name: string): void {
		seat.givenName = name;
		if (seat.waiting) this.#presence.tellWaiting(seat);
		this.#peopleChanged();
	}

	/** Does something with control. Throws Declined as `ControlKeeper.act` does. */
	act(by: Seat, action: ControlAction, to: string | undefined): void {
		this.#control.act(by, action, to);
	}

	/** An owner sends somebody away. Throws Declined `not-allowed` or `no-such-viewer`. */
	kick(by: Seat, viewerId: string): void {
		requireOwner(by);
		const seat = this.#seats.get(viewerId);
		if (!seat) throw noSuchViewer();
		if (seat === by) throw new Declined("not-allowed", "Leave by closing the page.");
		if (seat.rights.grantId === "owner" && by.rights.grantId !== "owner")
			throw new Declined("not-allowed", "Nobody removes the owner.");
		this.#note(seat, { event: "kicked", detail: `by ${by.viewerId}` });
		this.leave(seat, { code: "removed", message: `You were removed by ${by.name}.` }, true);
	}

	/** An owner answers somebody who waits. Throws Declined `not-allowed` or as `waitingSeat` does. */
	admit(by: Seat, viewerId: string, admit: boolean): void {
		requireOwner(by);
		const seat = waitingSeat(this.#seats.get(viewerId));
		this.#note(seat, { event: admit ? "admitted" : "denied", detail: `by ${by.viewerId}` });
		if (!admit) return this.leave(seat, { code: "not-let-in", message: "You were not let in." }, true);
		seat.waiting = false;
		this.#deps.count(1);
		this.#letIn(seat, false);
		this.#peopleChanged();
	}

	/** Hands the host the viewer's answer to its offer. */
	answer({ viewerId }: Seat, peerId: string, sdp: string): void {
		this.#deps.tellHost({ type: "answer", viewerId, peerId, sdp });
	}

	/** The viewer wants a new offer. A host that has given it up learns all it needs to begin again. */
	announce(seat: Seat, media: boolean): void {
		const { viewerId, role, number } = seat;
		const { deviceId } = this.#deps;
		const offer = seat.player?.offer;
		const player = seat.player && { player: offer === undefined ? {} : { offer } };
		if (seat.player) seat.player.offer = undefined;
		const gatewayTicket = seat.gatewayTicket === undefined ? {} : { gatewayTicket: seat.gatewayTicket };
		this.#deps.tellHost({
			type: "viewer-joined",
			viewerId,
			deviceId,
			role,
			number,
			media,
			...player,
			...gatewayTicket,
		});
	}

	/** The device came (back) with its host, which hears who may touch and who is there. */
	announceAll(): void {
		this.#control.tellHost();
		for (const seat of this.#seats.all()) if (seat.line && !seat.waiting) this.announce(seat, true);
	}

	/** The host let a viewer's touch through. */
	touched(by: Seat): void {
		this.#control.touched(by);
	}

	setQuality(seat: Seat, quality: Quality): void {
		this.#presence.setQuality(seat, quality);
	}

	/** The device is described otherwise, or gone. */
	deviceChanged(): void {
		const device = this.#deps.describe();
		if (!device) {
			for (const seat of this.#seats.all()) this.leave(seat, deviceGone);
			return;
		}
		const text = JSON.stringify({ type: "device", device } satisfies ToViewer);
		for (const { line } of this.#seats.all()) line?.sendText(text);
		this.#control.setTouchTakes(device.policy.touchTakes);
	}

	/** Hangs up without a word: signaling going away ends no session. */
	close(): void {
		this.#closed = true;
		const lines = this.#seats.all().map(({ line }) => line);
		this.#presence.close();
		this.#seats.close();
		this.#control.close();
		for (const line of lines) line?.close();
	}

	#peopleChanged(): void {
		this.#presence.changed();
		this.#deps.changed();
	}

	#letIn(seat: Seat, media: boolean): void {
		this.announce(seat, media);
		this.#control.arrived(seat);
	}

	#note(seat: Seat | undefined, entry: AuditEntry): void {
		const { deviceId: device, audit } = this.#deps;
		const who = seat && { viewer: seat.viewerId, name: seat.name, grantId: seat.rights.grantId };
		audit.note({ ...entry, device, ...who });
	}
}

const deviceGone: Reason = { code: "device-gone", message: "The device was taken away by its host." };

function noSuchViewer(): Declined {
	return new Declined("no-such-viewer", "That person is not on this device any more.");
}
