import type { Audit, AuditEntry } from "../audit.ts";
import { ownerRights, type Rights } from "../auth/rights.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { Declined, messageOf, PortholeError } from "../protocol/errors.ts";
import {
	type ControlAction,
	type KickEnd,
	PROTOCOL_VERSION,
	type Quality,
	type Reason,
	type ToViewer,
} from "../protocol/messages.ts";
import type { WallClock } from "../protocol/time.ts";
import { mayAsk, needsAdmission, waitingParticipant } from "./admission.ts";
import { ControlKeeper } from "./control-keeper.ts";
import {
	type Participant,
	type ParticipantStart,
	Participants,
	requireOwner,
	type ViewerConnection,
} from "./participants.ts";
import { Presence } from "./presence.ts";
import {
	controlRecord,
	MAX_BARRED_KEPT,
	type RestoreDeps,
	type RoomRecord,
	restoreParticipants,
} from "./room-record.ts";

interface RoomDeps extends RestoreDeps {
	readonly deviceId: string;
	readonly wall: WallClock;
	readonly audit: Audit;
	/** The device as it is now; undefined when it is gone. */
	readonly describe: () => DeviceDescription | undefined;
	/** One more or one less watches. */
	readonly count: (by: 1 | -1) => void;
	/** A participant is gone for good. */
	readonly gone: (participant: Participant) => void;
	/** Somebody was sent away: that viewer stays out, and for a while whoever has these rights, in whatever tab. */
	readonly bar: (barred: Barred) => void;
	/** Ends a link. */
	readonly revoke: (grantId: string) => Promise<void>;
	/** The room as it was left. */
	readonly remembered: RoomRecord | undefined;
	/** What `record` gives is another now. */
	readonly changed: () => void;
}

/** A host that was asked for an offer has so long, ms, before it is asked again for the same viewer. */
const OFFER_WITHIN = 1000;

/** How long somebody who was sent away stays out, ms. */
export const KICKED_FOR = 600_000;

/** Somebody who was sent away, as a room remembers them. */
type Barred = RoomRecord["barred"][number];

/** How a participant connects. */
interface Arrival {
	readonly connection: ViewerConnection;
	readonly participantKey: string;
	/** The viewer says, and may say, that its media still flows. */
	readonly media: boolean;
	readonly address: string | undefined;
}

/** Everybody on one device: who is there, who waits to be let in, and who holds control. */
export class Room {
	readonly #deps: RoomDeps;
	readonly #participants: Participants;
	readonly #presence: Presence;
	readonly #control: ControlKeeper;
	/** Newest last. */
	#barred: RoomRecord["barred"];
	#closed = false;

	constructor(deps: RoomDeps) {
		this.#deps = deps;
		this.#participants = new Participants(deps.clock, deps.wall, (participant) => this.leave(participant));
		this.#presence = new Presence(this.#participants, deps.clock);
		const control = deps.remembered && restoreParticipants(deps.remembered, this.#participants, deps);
		const now = deps.wall();
		this.#barred = (deps.remembered?.barred ?? []).filter(({ until = now + 1 }) => until > now);
		for (const barred of this.#barred) deps.bar(barred);
		const passed = (holder: Participant | undefined, detail: string) =>
			this.#note(holder, { event: "control", detail });
		const keeper = { ...deps, participants: this.#participants, passed };
		this.#control = new ControlKeeper(deps.describe()?.policy.touchTakes ?? false, keeper, control);
	}

	/** Nobody is here, and nothing is worth remembering. */
	get idle(): boolean {
		return this.#participants.size === 0 && this.#control.atRest;
	}

	/** What is worth remembering. */
	record(): RoomRecord | undefined {
		const participants = this.#participants.all().filter(({ waiting }) => !waiting);
		if (participants.length === 0 && this.#control.atRest && this.#barred.length === 0) return undefined;
		return {
			control: controlRecord(this.#control.state, this.#deps.clock.now()),
			participants: participants.map((participant) => participant.record()),
			barred: this.#barred,
		};
	}

	participant(viewerId: string): Participant | undefined {
		return this.#participants.get(viewerId);
	}

	/** Adds a newcomer. Throws Declined `device-full`, `link-full` or `admission-full`. */
	add(
		start: Pick<ParticipantStart, "viewerId" | "rights" | "name" | "offer" | "gatewayTicket">,
	): Participant {
		this.#participants.requireRoom(start.rights);
		const { askFirst = "never" } = this.#deps.describe()?.policy ?? {};
		// Nobody without a page can wait; those who would have to are refused before.
		const hasPage = start.offer === undefined && start.gatewayTicket === undefined;
		const waiting = hasPage && needsAdmission(askFirst, start.rights.role, this.#participants);
		if (waiting && !mayAsk(this.#participants))
			throw new Declined("admission-full", "Too many people wait to be let in. Try again later.");
		return this.#participants.add({ ...start, waiting });
	}

	/** A participant's viewer comes again, perhaps with other rights or another name. */
	claim(participant: Participant, rights: Rights, name: string | undefined): void {
		this.#participants.claim(participant, rights, name);
	}

	/** A participant connects: for the first time, again, or in place of another connection, which is ended. */
	attach(participant: Participant, { connection, participantKey, media, address }: Arrival): void {
		const { describe, count } = this.#deps;
		const before = participant.connection;
		this.#participants.back(participant);
		// Counted before it hears of changes: its welcome comes first, and already counts it.
		if (!before && !participant.waiting) count(1);
		participant.connection = connection;
		const device = describe();
		if (!device) return this.leave(participant, deviceGone);
		before?.close({ code: "superseded", message: "This viewer connected again elsewhere." });
		const { viewerId, role } = participant;
		connection.send({ type: "welcome", version: PROTOCOL_VERSION, viewerId, participantKey, role, device });
		this.#note(participant, { event: "joined", address, detail: participant.waiting ? "waiting" : role });
		if (participant.waiting) {
			this.#presence.tellWaiting(participant);
			connection.send({ type: "waiting" });
		} else this.#letIn(participant, media);
		this.#peopleChanged();
	}

	/** A participant's connection is lost without a farewell. Media goes on, and the participant is kept for a while. */
	drop(participant: Participant, connection: ViewerConnection): void {
		if (participant.connection !== connection) return;
		if (participant.waiting && !this.#closed) return this.leave(participant);
		participant.connection = undefined;
		if (!participant.waiting) this.#deps.count(-1);
		// Whoever goes on where this room ended takes care of the participant.
		if (this.#closed) return;
		this.#participants.away(participant);
		this.#control.left(participant, true);
		this.#peopleChanged();
	}

	/** Somebody is gone for good; with a reason it was sent away. */
	leave(participant: Participant, reason?: Reason): void {
		this.#leave(participant, reason);
	}

	/** @param bars it may not come back for that reason: `until` then, or ever. */
	#leave(participant: Participant, reason?: Reason, bars?: Pick<Barred, "reason" | "until">): void {
		const { connection, viewerId, waiting } = participant;
		participant.connection = undefined;
		participant.cancelRestart?.();
		this.#participants.remove(participant);
		if (!waiting) {
			if (connection) this.#deps.count(-1);
			this.#deps.tellHost({ type: "viewer-left", viewerId });
			this.#control.left(participant, false);
		}
		this.#note(participant, { event: "left", detail: reason?.code });
		if (bars) {
			const barred = { viewerId, rights: participant.rights, ...bars };
			this.#barred = [...this.#barred, barred].slice(-MAX_BARRED_KEPT);
			this.#deps.bar(barred);
		}
		this.#peopleChanged();
		this.#deps.gone(participant);
		if (reason) connection?.send({ type: "ended", reason, final: true });
		connection?.close();
	}

	/** Ends everybody whose right came from a grant. */
	endGrant(grantId: string, reason: Reason): void {
		for (const participant of this.#participants.all())
			if (participant.rights.grantId === grantId) this.leave(participant, reason);
	}

	rename(participant: Participant, name: string): void {
		participant.givenName = name;
		if (participant.waiting) this.#presence.tellWaiting(participant);
		this.#peopleChanged();
	}

	/** Does something with control. Throws Declined as `ControlKeeper.act` does. */
	act(by: Participant, action: ControlAction, to: string | undefined): void {
		this.#control.act(by, action, to);
	}

	/** An owner sends somebody away, with all their tabs. Throws Declined `not-allowed` or `no-such-viewer`. */
	kick(by: Participant, viewerId: string, and: KickEnd): void {
		requireOwner(by);
		const participant = this.#participants.get(viewerId);
		if (!participant) throw noSuchViewer();
		if (participant.person === by.person) throw new Declined("not-allowed", "Leave by closing the page.");
		if (participant.rights.grantId === "owner" && by.rights.grantId !== "owner")
			throw new Declined("not-allowed", "Nobody removes the owner.");
		const { rights, person } = participant;
		const endsLink = and === "end-link" && rights.grantId !== ownerRights.grantId;
		const how = endsLink ? ", and the link has ended" : " for ten minutes";
		const reason = { code: "removed", message: `You were removed by ${by.name}${how}.` };
		const until = this.#deps.wall() + KICKED_FOR;
		for (const tab of this.#participants.ofPerson(person)) {
			const detail = `by ${by.viewerId}, ${endsLink ? "link ended" : "for ten minutes"}`;
			this.#note(tab, { event: "kicked", detail });
			this.#leave(tab, reason, { reason, until });
		}
		if (!endsLink) return;
		this.#deps.revoke(rights.grantId).catch((error: unknown) => {
			const code = error instanceof PortholeError ? error.code : "internal";
			by.connection?.send({ type: "error", reason: { code, message: messageOf(error) }, final: false });
		});
	}

	/** An owner answers somebody who waits. Throws Declined `not-allowed` or as `waitingParticipant` does. */
	admit(by: Participant, viewerId: string, admit: boolean): void {
		requireOwner(by);
		const participant = waitingParticipant(this.#participants.get(viewerId));
		this.#note(participant, { event: admit ? "admitted" : "denied", detail: `by ${by.viewerId}` });
		if (!admit) {
			const reason = { code: "not-let-in", message: "You were not let in." };
			return this.#leave(participant, reason, { reason });
		}
		participant.waiting = false;
		this.#deps.count(1);
		this.#letIn(participant, false);
		this.#peopleChanged();
	}

	/** Hands the host the viewer's answer to its offer. */
	answer({ viewerId }: Participant, peerId: string, sdp: string): void {
		this.#deps.tellHost({ type: "answer", viewerId, peerId, sdp });
	}

	/** The viewer wants a new offer. A host that has given it up learns all it needs to begin again. */
	announce(participant: Participant, media: boolean): void {
		const { viewerId, role, number } = participant;
		const { deviceId } = this.#deps;
		const offer = participant.player?.offer;
		const player = participant.player && { player: offer === undefined ? {} : { offer } };
		if (participant.player) participant.player.offer = undefined;
		// With media still flowing the host need not answer.
		if (!media) participant.offerAskedAt = this.#deps.clock.now();
		const gatewayTicket =
			participant.gatewayTicket === undefined ? {} : { gatewayTicket: participant.gatewayTicket };
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

	/** A viewer wants a new offer. While one is on its way it gets no other; the host is asked again where none comes. */
	restart(participant: Participant): void {
		const { clock } = this.#deps;
		const { offerAskedAt } = participant;
		const wait = offerAskedAt === undefined ? 0 : offerAskedAt + OFFER_WITHIN - clock.now();
		if (wait <= 0) return this.announce(participant, false);
		participant.cancelRestart ??= clock.after(wait, () => {
			participant.cancelRestart = undefined;
			if (participant.connection && participant.offerAskedAt === offerAskedAt)
				this.announce(participant, false);
		});
	}

	/** The device came (back) with its host, which hears who may touch and who is there. */
	announceAll(): void {
		this.#control.tellHost();
		for (const participant of this.#participants.all())
			if (participant.connection && !participant.waiting) this.announce(participant, true);
	}

	/** The host let a viewer's touch through. */
	touched(by: Participant): void {
		this.#control.touched(by);
	}

	setQuality(participant: Participant, quality: Quality): void {
		this.#presence.setQuality(participant, quality);
	}

	/** The device is described otherwise, or gone. */
	deviceChanged(): void {
		const device = this.#deps.describe();
		if (!device) {
			for (const participant of this.#participants.all()) this.leave(participant, deviceGone);
			return;
		}
		const text = JSON.stringify({ type: "device", device } satisfies ToViewer);
		for (const { connection } of this.#participants.all()) connection?.sendText(text);
		this.#control.setTouchTakes(device.policy.touchTakes);
	}

	/** Hangs up without a word: signaling going away ends no session. */
	close(): void {
		this.#closed = true;
		const connections = this.#participants.all().map(({ connection }) => connection);
		for (const { cancelRestart } of this.#participants.all()) cancelRestart?.();
		this.#presence.close();
		this.#participants.close();
		this.#control.close();
		for (const connection of connections) connection?.close();
	}

	#peopleChanged(): void {
		this.#presence.changed();
		this.#control.peopleChanged();
		this.#deps.changed();
	}

	#letIn(participant: Participant, media: boolean): void {
		this.announce(participant, media);
		this.#control.arrived(participant);
	}

	#note(participant: Participant | undefined, entry: AuditEntry): void {
		const { deviceId: device, audit } = this.#deps;
		const who = participant && {
			viewer: participant.viewerId,
			name: participant.name,
			grantId: participant.rights.grantId,
		};
		audit.note({ ...entry, device, ...who });
	}
}

const deviceGone: Reason = { code: "device-gone", message: "The device was taken away by its host." };

function noSuchViewer(): Declined {
	return new Declined("no-such-viewer", "That person is not on this device any more.");
}
