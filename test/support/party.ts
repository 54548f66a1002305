import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type {
	ControlAction,
	ControlState,
	ParticipantInfo,
	Role,
} from "../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../fakes/fake-clock.ts";
import {
	describeDevice,
	type GrantedCookie,
	SignalingHarness,
	type SignalingPeer,
	viewerHello,
} from "./signaling-harness.ts";

/** Somebody on a device, as signaling knows it. */
export class Guest {
	readonly peer: SignalingPeer;
	/** What it came by; the owner's token when absent. */
	readonly grant: GrantedCookie | undefined;

	constructor(peer: SignalingPeer, grant: GrantedCookie | undefined) {
		this.peer = peer;
		this.grant = grant;
	}

	get id(): string {
		return String(this.peer.the("welcome").viewerId);
	}

	/** Which participant this guest is, with the proof. */
	get participant(): { viewerId: string; key: string } {
		return { viewerId: this.id, key: String(this.peer.the("welcome").participantKey) };
	}

	get control(): ControlState {
		return this.peer.the("control").control as ControlState;
	}

	get participants(): ParticipantInfo[] {
		return this.peer.the("participants").participants as ParticipantInfo[];
	}

	/** Why this guest was sent away. */
	get ended(): unknown {
		return this.peer.last("ended")?.reason;
	}

	/** Does something with control; gives the code of the refusal, if it is refused. */
	act(action: ControlAction, to?: string): Promise<unknown> {
		return this.ask({ type: "control", action, ...(to === undefined ? {} : { viewerId: to }) });
	}

	/** Asks for something; gives the code of the refusal, if it is refused. */
	async ask(message: object): Promise<unknown> {
		const from = this.peer.heard.length;
		await this.peer.say(message);
		const error = this.peer.heard.slice(from).find(({ type }) => type === "error");
		return (error?.reason as { code: string } | undefined)?.code;
	}
}

/** A device's host and the people on the device. */
export class Party {
	readonly harness: SignalingHarness;
	host!: SignalingPeer;
	readonly #policy: DeviceDescription["policy"];

	constructor(policy: Partial<DeviceDescription["policy"]> = {}, clock = new FakeClock()) {
		this.harness = new SignalingHarness(clock);
		this.#policy = { askFirst: "never", touchTakes: true, ...policy };
	}

	/** The host comes, with `phone` and `tablet`. */
	async begin(): Promise<void> {
		const devices = ["phone", "tablet"].map((id) => describeDevice(id, { policy: this.#policy }));
		this.host = await this.harness.host("h1", devices);
	}

	/** Somebody with a grant of the role comes; `own` comes with the owner's token, unless told otherwise. */
	async join(
		role: Role,
		{ grant = role !== "own", device = "phone", ...hello }: JoinOptions = {},
	): Promise<Guest> {
		return this.#connect(device, grant ? await this.harness.grant(device, role) : undefined, hello);
	}

	/** Another tab of the browser that a guest came with. */
	tab(guest: Guest, { device = "phone", ...hello }: JoinOptions = {}): Promise<Guest> {
		return this.#connect(device, guest.grant, hello);
	}

	/** Another browser that opens the link by which a guest came. */
	byTheSameLink(guest: Guest): Promise<Guest> {
		const { grant } = guest;
		return this.#connect("phone", grant && { ...grant, cookie: this.harness.cookieFor(grant) }, {});
	}

	/** A guest whose connection was lost, or who opens the device elsewhere, comes as the same participant. */
	back(guest: Guest, { device = "phone", ...hello }: JoinOptions = {}): Promise<Guest> {
		return this.#connect(device, guest.grant, { participant: guest.participant, media: true, ...hello });
	}

	/** What the host was last told of who may touch. */
	get toldHost(): unknown {
		const { type: _, deviceId: __, ...control } = this.host.the("control");
		return control;
	}

	async pass(ms: number): Promise<void> {
		this.harness.clock.advance(ms);
		await settled();
	}

	async #connect(device: string, grant: GrantedCookie | undefined, hello: object): Promise<Guest> {
		const peer = this.harness.connect(grant?.cookie);
		await peer.say(viewerHello(device, { ...(grant && { token: undefined }), ...hello }));
		return new Guest(peer, grant);
	}
}

export interface JoinOptions {
	readonly grant?: boolean;
	readonly device?: string;
	readonly name?: string;
	readonly media?: boolean;
}
