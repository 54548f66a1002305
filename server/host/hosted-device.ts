import type { DeviceDescription, DevicePolicy } from "../../signaling/protocol/device.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { Quality, Reason } from "../../signaling/protocol/messages.ts";
import type { WallClock } from "../../signaling/protocol/time.ts";
import { AnyInput } from "../devices/any-input.ts";
import type { Clock } from "../devices/clock.ts";
import type {
	AccessUnit,
	Device,
	DeviceClipboard,
	DeviceEnd,
	Rate,
	Screenshot,
} from "../devices/provider.ts";
import { SCREENSHOT_WIDTH } from "../devices/screenshot.ts";
import type { GatewayWatcher } from "../gateways/gateway-host.ts";
import type { Log } from "../log.ts";
import { Broadcast } from "../streams/broadcast.ts";
import type { FrameMaker } from "../streams/frames.ts";
import { SharedScreenshots } from "../streams/screenshot.ts";
import { HostControl, type ToldControl } from "../viewers/control.ts";
import { GatewaySession } from "../viewers/gateway-session.ts";
import { InputMerge } from "../viewers/input-merge.ts";
import { PeerSession } from "../viewers/peer-session.ts";
import { Pointers } from "../viewers/pointers.ts";
import { type Admission, reasonOf, type Session } from "../viewers/session.ts";
import type { MediaEngine } from "../webrtc/media.ts";

/** How often viewers hear what coding took, ms. */
const TIMING_EVERY = 250;
/** How often connections are looked at, ms. */
export const QUALITY_EVERY = 2_000;
/** Copies that follow each other within this time are told as one, ms. */
export const COPY_SETTLES = 50;

export interface HostedDeviceDeps {
	readonly engine: MediaEngine;
	readonly rate: Partial<Rate>;
	readonly encoder?: string;
	readonly clock: Clock;
	/** For screenshots of devices that have none; absent: this build has no decoder. */
	readonly decoder?: FrameMaker["decoder"];
	readonly wall: WallClock;
	readonly policy: DevicePolicy;
	readonly changed: () => void;
	readonly ended: (end: DeviceEnd) => void;
	readonly offer: (viewerId: string, peerId: string, sdp: string) => void;
	readonly answer: (viewerId: string, sdp: string) => void;
	readonly endViewer: (viewerId: string, reason: Reason, final: boolean) => void;
	/** The holder touches, or a touch took free control. */
	readonly touched: (viewerId: string) => void;
	/** A viewer's connection has become better or worse. */
	readonly quality: (viewerId: string, quality: Quality) => void;
	readonly count: SessionCounts;
	readonly log: Pick<Log, "error">;
}

/** What devices say that have no screenshots of their own. */
const HAS_NONE: readonly string[] = ["no-screenshot", "hxfr-no-screenshot"];
const SCREENSHOT_QUALITY = 0.8;

/** How long whoever flooded gets no other connection, ms. */
const AWAY_FOR = 60_000;

/** What sessions count, for `/metrics`. */
export interface SessionCounts {
	droppedInput(reason: string): void;
	openedPeer(): void;
	endedPeer(reason: string): void;
	accessUnit(): void;
}

/** A player without a page: its offer, or none when that was answered before. */
export interface PlayerOffer {
	readonly offer?: string | undefined;
}

/** A device, its one broadcast, and everybody who watches it. */
export class HostedDevice {
	readonly device: Device;
	readonly #deps: HostedDeviceDeps;
	readonly #broadcast: Broadcast;
	readonly #merge: InputMerge;
	readonly #control: HostControl;
	readonly #pointers: Pointers;
	readonly #screenshots: SharedScreenshots;
	readonly #sessions = new Map<string, Session>();
	#encoder: string | undefined;
	#failure: DeviceEnd | undefined;
	#since: number;
	#power: DeviceDescription["power"];
	/** When viewers last heard what coding took, of each rendition. */
	readonly #timingAt = { main: 0, small: 0 };
	#cancelQuality: (() => void) | undefined;
	#cancelCopied: (() => void) | undefined;
	/** Viewers that flooded their connection. */
	readonly #sentAway = new Set<string>();
	#ended = false;
	#closed = false;

	constructor(device: Device, deps: HostedDeviceDeps) {
		this.device = device;
		this.#deps = deps;
		this.#since = deps.wall();
		this.#merge = new InputMerge(new AnyInput(device, deps.clock));
		this.#control = new HostControl({
			clock: deps.clock,
			passed: (holder) => this.#merge.releaseAllBut(holder),
			touched: deps.touched,
		});
		this.#pointers = new Pointers(deps.clock);
		this.#screenshots = new SharedScreenshots({ decoder: deps.decoder, clock: deps.clock });
		this.#broadcast = new Broadcast(device, {
			...deps,
			changed: (state) => this.#sourceChanged(state),
			accessUnit: (unit) => this.#tellTiming(unit),
		});
		this.#power = device.describe().power;
		device.onChange(() => {
			this.#followPower();
			this.#broadcast.deviceChanged();
			deps.changed();
		});
		device.onEnd((end) => this.#end(end));
		device.clipboard?.onCopy?.(() => this.#copied());
	}

	describe(): DeviceDescription {
		const facts = this.device.describe();
		// That there is no frame of a device that is off, or not on yet, is no failure of it.
		const failure = isAwake(facts.power) || this.#ended ? this.#failure : undefined;
		const note = failure?.message ?? facts.note;
		return {
			...facts,
			id: this.device.id,
			policy: this.#deps.policy,
			state: failure ? "failed" : stateOf(facts.power),
			since: this.#since,
			viewers: 0,
			...(this.device.clipboard && { clipboard: describeClipboard(this.device.clipboard) }),
			...(note === undefined ? {} : { note: note.slice(0, 400) }),
			...(this.#encoder === undefined ? {} : { encoder: this.#encoder.slice(0, 80) }),
		};
	}

	/**
	 * A viewer came, came back or wants a new offer. `media`: it says that frames still flow, which holds if we
	 * think so too. `player`: it makes the offer, once.
	 */
	join(viewerId: string, admission: Admission, media: boolean, player?: PlayerOffer): void {
		const known = this.#sessions.get(viewerId);
		known?.announce(admission);
		if (known && player) return;
		if (!known && player && player.offer === undefined) {
			return this.#deps.endViewer(viewerId, playerLost("The host was started again."), true);
		}
		if (known) return media && known.live ? undefined : this.#connect(viewerId, known);
		if (this.#sentAway.has(viewerId)) return this.#deps.endViewer(viewerId, flooding, true);
		const { clock, count } = this.#deps;
		const session = new PeerSession({
			viewerId,
			admission,
			clock,
			track: this.#broadcast.track,
			merge: this.#merge,
			clipboard: this.device.clipboard,
			control: this.#control,
			pointers: this.#pointers,
			offer: (peerId, sdp) => this.#deps.offer(viewerId, peerId, sdp),
			answer: (sdp) => this.#deps.answer(viewerId, sdp),
			dropped: (reason) => count.droppedInput(reason),
			lost: (reason) => {
				count.endedPeer(reason);
				this.#forget(viewerId);
				if (reason === "flooding") return this.#sendAway(viewerId);
				// A page asks for a new offer; of a player nothing more is to be heard.
				if (player) this.#deps.endViewer(viewerId, playerLost(`Its connection is gone: ${reason}.`), true);
			},
		});
		this.#sessions.set(viewerId, session);
		this.#broadcast.join();
		count.openedPeer();
		if (player?.offer === undefined) this.#connect(viewerId, session);
		else session.answerOffer(player.offer).catch((error: unknown) => this.#refuse(viewerId, error));
		this.#watchQuality();
	}

	/** Whoever floods gets no other connection for a while. */
	#sendAway(viewerId: string): void {
		this.#sentAway.add(viewerId);
		this.#deps.clock.after(AWAY_FOR, () => this.#sentAway.delete(viewerId));
		this.#deps.endViewer(viewerId, flooding, true);
	}

	/** A gateway's client came, which `welcome` gets, or is announced again. */
	joinByGateway(viewerId: string, admission: Admission, welcome?: (session: GatewaySession) => void): void {
		const known = this.#sessions.get(viewerId);
		if (known) return known.announce(admission);
		if (!welcome) return this.#deps.endViewer(viewerId, elsewhere, true);
		const { count, clock } = this.#deps;
		const session = new GatewaySession({
			clock,
			viewerId,
			admission,
			merge: this.#merge,
			control: this.#control,
			watch: (watcher) => this.#broadcast.watch(watcher),
			dropped: (reason) => count.droppedInput(reason),
		});
		this.#sessions.set(viewerId, session);
		count.openedPeer();
		welcome(session);
	}

	/** Who may touch from now on. */
	setControl(control: ToldControl): void {
		this.#control.tell(control);
	}

	/** Signaling is new: whoever it does not announce is unknown to it. */
	unannounceAll(): void {
		for (const session of this.#sessions.values()) session.unannounce();
	}

	/** Ends the viewers that signaling has not announced since: nobody watches unseen. */
	async endUnannounced(): Promise<void> {
		const unknown = [...this.#sessions].filter(([, session]) => !session.announced);
		await Promise.all(unknown.map(([viewerId]) => this.leave(viewerId)));
	}

	has(viewerId: string): boolean {
		return this.#sessions.has(viewerId);
	}

	async acceptAnswer(viewerId: string, peerId: string, sdp: string): Promise<void> {
		try {
			await this.#sessions.get(viewerId)?.acceptAnswer(peerId, sdp);
		} catch (error) {
			this.#refuse(viewerId, error);
		}
	}

	async leave(viewerId: string): Promise<void> {
		const session = this.#sessions.get(viewerId);
		if (!session) return;
		this.#forget(viewerId);
		this.#deps.count.endedPeer("left");
		await session.close();
	}

	/** Its own, or one made of its frames where it has none. Throws PortholeError as the device does, or `no-frame`. */
	async screenshot(): Promise<Screenshot> {
		try {
			return await this.device.screenshot();
		} catch (error) {
			const hasNone = error instanceof PortholeError && HAS_NONE.includes(error.code);
			if (!hasNone || this.#deps.decoder === undefined || this.#closed) throw error;
			return this.#frameAsScreenshot();
		}
	}

	async #frameAsScreenshot(): Promise<Screenshot> {
		const feed = {
			watch: (watcher: GatewayWatcher) => this.#broadcast.watch(watcher),
			screenshot: () => this.device.screenshot(),
		};
		const { width } = this.device.describe().pixels;
		const scale = Math.min(Math.max(Math.ceil(width / SCREENSHOT_WIDTH), 1), 4);
		const type = "image/jpeg";
		const { data } = await this.#screenshots.take(feed, { type, quality: SCREENSHOT_QUALITY, scale });
		return { type, data };
	}

	/** Ends every viewer with the reason, then the device. */
	async close(reason: Reason, final: boolean): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		const sessions = [...this.#sessions];
		this.#sessions.clear();
		this.#cancelQuality?.();
		this.#cancelCopied?.();
		this.#pointers.close();
		for (const [viewerId] of sessions) this.#deps.endViewer(viewerId, reason, final);
		await Promise.all(sessions.map(([, session]) => session.close()));
		await this.#broadcast.close();
		await this.device.close();
	}

	#connect(viewerId: string, session: Session): void {
		session.connect().catch((error: unknown) => this.#refuse(viewerId, error));
	}

	#refuse(viewerId: string, error: unknown): void {
		// What is the viewer's own doing, or told on purpose, need not be in the log.
		if (!(error instanceof PortholeError))
			this.#deps.log.error("a viewer could not be connected", { viewerId, error });
		this.#deps.endViewer(viewerId, reasonOf(error), false);
		this.leave(viewerId).catch(() => {});
	}

	#forget(viewerId: string): void {
		const session = this.#sessions.get(viewerId);
		this.#sessions.delete(viewerId);
		// A gateway's client has the source run only while it watches.
		if (session && !(session instanceof GatewaySession)) this.#broadcast.leave();
	}

	/** Looks at all connections together, so that what has changed is told together. */
	#watchQuality(): void {
		this.#cancelQuality ??= this.#deps.clock.after(QUALITY_EVERY, () => {
			this.#cancelQuality = undefined;
			for (const [viewerId, session] of this.#sessions) {
				session.tellNetwork();
				const quality = session.readQuality();
				if (quality) this.#deps.quality(viewerId, quality);
			}
			if (this.#sessions.size > 0) this.#watchQuality();
		});
	}

	/** What is copied is the business of whoever has control, and of nobody else. */
	#copied(): void {
		if (this.#closed) return;
		this.#cancelCopied ??= this.#deps.clock.after(COPY_SETTLES, () => {
			this.#cancelCopied = undefined;
			const { holder } = this.#control;
			if (holder !== undefined) this.#sessions.get(holder)?.tellCopied();
		});
	}

	/** Another state begins; what failed before the power changed says nothing of the device as it is now. */
	#followPower(): void {
		const { power } = this.device.describe();
		if (power === this.#power) return;
		this.#power = power;
		this.#since = this.#deps.wall();
		if (!this.#ended) this.#failure = undefined;
	}

	#sourceChanged(state: { encoder?: string; failure?: DeviceEnd }): void {
		if (this.#failure?.code !== state.failure?.code) this.#since = this.#deps.wall();
		this.#encoder = state.encoder ?? this.#encoder;
		this.#failure = state.failure;
		this.#deps.changed();
	}

	#tellTiming(unit: AccessUnit): void {
		this.#deps.count.accessUnit();
		const rendition = unit.rendition ?? "main";
		if (unit.captureTime - this.#timingAt[rendition] < TIMING_EVERY) return;
		this.#timingAt[rendition] = unit.captureTime;
		for (const session of this.#sessions.values()) session.tellTiming(unit);
	}

	#end(end: DeviceEnd): void {
		this.#ended = true;
		this.#failure = end;
		this.#since = this.#deps.wall();
		this.#deps.ended(end);
	}
}

function describeClipboard({
	images,
	shortcut,
	read,
	write,
}: DeviceClipboard): DeviceDescription["clipboard"] {
	return { in: write !== undefined, out: read !== undefined, images, ...(shortcut && { shortcut }) };
}

function isAwake(power: DeviceDescription["power"]): boolean {
	return power === undefined || power === "on";
}

function stateOf(power: DeviceDescription["power"]): DeviceDescription["state"] {
	if (power === "off" || power === "stopping") return "off";
	return power === "starting" ? "starting" : "ready";
}

const flooding: Reason = {
	code: "flooding",
	message:
		"Your connection sent far more than a person can. It was ended, so that others keep their picture.",
};

const elsewhere: Reason = {
	code: "gateway-elsewhere",
	message: "This device is on another computer, whose video and input pass through no gateway here.",
};

function playerLost(message: string): Reason {
	return { code: "player-lost", message };
}
