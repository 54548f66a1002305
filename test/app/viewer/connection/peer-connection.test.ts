import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BootstrapConnection } from "../../../../app/viewer/connection/bootstrap.ts";
import {
	canShowDevices,
	type PeerEvents,
	relayFault,
	relayOnly,
	ViewerPeer,
} from "../../../../app/viewer/connection/peer-connection.ts";
import { encodeHostMessage } from "../../../../signaling/protocol/input-codec.ts";
import { settled } from "../../../fakes/fake-clock.ts";

/** The browser's connection, moved by the test. */
class Connection {
	connectionState = "new";
	localDescription: { sdp: string } | null = null;
	closed = 0;
	ontrack: ((event: object) => void) | null = null;
	ondatachannel: ((event: object) => void) | null = null;
	onconnectionstatechange: (() => void) | null = null;
	onicegatheringstatechange: (() => void) | null = null;
	onicecandidateerror: ((event: object) => void) | null = null;
	iceGatheringState = "new";
	configuration: RTCConfiguration | undefined;
	#remote = "";

	setConfiguration(configuration: RTCConfiguration): void {
		this.configuration = configuration;
	}

	gathered(): void {
		this.iceGatheringState = "complete";
		this.onicegatheringstatechange?.();
	}

	async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
		this.#remote = sdp;
	}

	async setLocalDescription(): Promise<void> {
		this.localDescription = { sdp: `answer to ${this.#remote}` };
	}

	close(): void {
		this.closed++;
	}

	become(state: string): void {
		this.connectionState = state;
		this.onconnectionstatechange?.();
	}
}

class Channel {
	readyState = "connecting";
	bufferedAmount = 0;
	binaryType = "blob";
	readonly sent: Uint8Array[] = [];
	onopen: (() => void) | null = null;
	onclose: (() => void) | null = null;
	onmessage: ((event: { data: unknown }) => void) | null = null;

	send(bytes: Uint8Array): void {
		this.sent.push(bytes);
	}

	open(): void {
		this.readyState = "open";
		this.onopen?.();
	}
}

let connection: Connection;
let told: unknown[];
const events: PeerEvents = {
	stream: () => told.push("stream"),
	connected: () => told.push("connected"),
	lost: () => told.push("lost"),
	relayFailed: (message) => told.push(message),
	channel: (open) => told.push(open ? "open" : "closed"),
	message: (message) => told.push(message),
};

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	told = [];
	connection = new Connection();
	vi.stubGlobal("MediaStream", class {});
	vi.stubGlobal(
		"RTCPeerConnection",
		class {
			constructor() {
				// biome-ignore lint/correctness/noConstructorReturn: the test has to hold what is made here.
				return connection;
			}
		},
	);
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe("ViewerPeer", () => {
	it("answers the host's offer", async () => {
		const peer = new ViewerPeer(events);
		expect(await peer.answer("p1", "the offer", [])).toBe("answer to the offer");
	});

	it("keeps input until the channel first opens, and sends it in order then", () => {
		const peer = new ViewerPeer(events);
		const channel = new Channel();
		expect(peer.send({ type: "heartbeat" })).toBe(true);
		connection.ondatachannel?.({ channel });
		expect(peer.send({ type: "release" })).toBe(true);
		channel.open();
		// What is sent inside the open event may be lost in Chromium.
		expect(channel.sent).toEqual([]);
		vi.runOnlyPendingTimers();
		expect(channel.sent.map(([type]) => type)).toEqual([7, 8]);
		expect(told).toEqual(["open"]);
	});

	it("drops input when 64 messages wait, when the line is stuck and when the channel has closed", () => {
		const peer = new ViewerPeer(events);
		const channel = new Channel();
		connection.ondatachannel?.({ channel });
		for (let at = 0; at < 64; at++) peer.send({ type: "heartbeat" });
		expect(peer.send({ type: "heartbeat" })).toBe(false);
		channel.open();
		vi.runOnlyPendingTimers();
		expect(channel.sent).toHaveLength(64);
		channel.bufferedAmount = 70_000;
		expect(peer.send({ type: "heartbeat" })).toBe(false);
		channel.bufferedAmount = 0;
		channel.readyState = "closed";
		expect(peer.send({ type: "heartbeat" })).toBe(false);
	});

	it("takes no clipboard for a stuck line, however late the browser says that it was sent", () => {
		const peer = new ViewerPeer(events);
		const channel = new Channel();
		connection.ondatachannel?.({ channel });
		channel.open();
		vi.runOnlyPendingTimers();
		const piece = { type: "clipboard-data", bytes: new Uint8Array(16_384) } as const;
		for (let at = 0; at < 20; at++) {
			expect(peer.send(piece)).toBe(true);
			channel.bufferedAmount += 16_385;
		}
		expect(peer.send({ type: "heartbeat" })).toBe(true);
		channel.bufferedAmount += 70_000;
		expect(peer.send({ type: "heartbeat" })).toBe(false);
		channel.bufferedAmount = 0;
		expect(peer.send({ type: "heartbeat" })).toBe(true);
		channel.bufferedAmount = 70_000;
		expect(peer.send({ type: "heartbeat" })).toBe(false);
	});

	it("waits for a connection that may come back, and gives up once", () => {
		new ViewerPeer(events);
		connection.become("connected");
		connection.become("disconnected");
		vi.advanceTimersByTime(2000);
		connection.become("connected");
		vi.advanceTimersByTime(10_000);
		expect(told).toEqual(["connected", "connected"]);
		connection.become("disconnected");
		vi.advanceTimersByTime(3000);
		connection.become("failed");
		expect(told.filter((what) => what === "lost")).toHaveLength(1);
		expect(connection.closed).toBe(1);
	});

	it("says nothing any more once it is closed", () => {
		const peer = new ViewerPeer(events);
		peer.close();
		connection.become("failed");
		expect(told).toEqual([]);
		expect(peer.flowing).toBe(false);
		expect(peer.send({ type: "heartbeat" })).toBe(false);
	});

	it("passes over messages it cannot read", () => {
		new ViewerPeer(events);
		const channel = new Channel();
		connection.ondatachannel?.({ channel });
		channel.onmessage?.({ data: new Uint8Array([255, 1]).buffer });
		channel.onmessage?.({ data: "text" });
		channel.onmessage?.({ data: encodeHostMessage({ type: "clock", origin: 5 }).buffer });
		expect(told).toEqual([{ type: "clock", origin: 5 }]);
	});

	it("goes on with what the bootstrap script began: stream, state, channel and what was heard", async () => {
		const channel = new Channel();
		channel.readyState = "open";
		connection.connectionState = "connected";
		const bootstrap: BootstrapConnection = {
			socket: {} as WebSocket,
			peer: connection as unknown as RTCPeerConnection,
			token: undefined,
			participant: undefined,
			messages: [],
			peerId: "p1",
			answered: Promise.resolve(),
			relayError: undefined,
			stream: {} as MediaStream,
			channel: channel as unknown as RTCDataChannel,
			heard: [encodeHostMessage({ type: "clock", origin: 9 }).buffer],
		};
		const peer = new ViewerPeer(events, bootstrap);
		expect(await peer.answer("p1", "the offer", [])).toBeUndefined();
		await settled();
		expect(told).toEqual(["stream", "connected", "open", { type: "clock", origin: 9 }]);
	});
});

describe("canShowDevices", () => {
	const withCodecs = (...mimeTypes: string[]) =>
		vi.stubGlobal("RTCRtpReceiver", {
			getCapabilities: () => ({ codecs: mimeTypes.map((mimeType) => ({ mimeType })) }),
		});

	it("wants H.264 over WebRTC", () => {
		withCodecs("video/VP8", "video/H264");
		expect(canShowDevices()).toBe(true);
		withCodecs("video/VP8");
		expect(canShowDevices()).toBe(false);
	});

	it("gives a browser that does not tell the benefit of the doubt", () => {
		vi.stubGlobal("RTCRtpReceiver", {});
		expect(canShowDevices()).toBe(true);
	});

	it("knows a browser without WebRTC", () => {
		vi.stubGlobal("RTCPeerConnection", undefined);
		expect(canShowDevices()).toBe(false);
	});
});

describe("ViewerPeer and relays", () => {
	const servers = [{ urls: "turn:a.example", username: "u", credential: "c" }];

	it("knows the servers that come with the offer, and uses them only where it must", async () => {
		await new ViewerPeer(events).answer("p1", "the offer", servers);
		expect(connection.configuration).toEqual({ iceServers: servers, iceTransportPolicy: "all" });
		connection.gathered();
		expect(told).toEqual([]);
	});

	it("says so when nothing but a relay may be used and none lets it through", async () => {
		vi.stubGlobal("location", { search: "?relay" });
		await new ViewerPeer(events).answer("p1", "the offer", servers);
		expect(connection.configuration).toEqual({ iceServers: servers, iceTransportPolicy: "relay" });
		connection.onicecandidateerror?.({ errorCode: 401, errorText: "Unauthorized" });
		connection.gathered();
		expect(told).toEqual([expect.stringContaining("refuses")]);
		expect(connection.closed).toBe(1);
	});
});

afterEach(() => vi.unstubAllGlobals());

it.each([
	["", false],
	["?relay", true],
	["?x=1&relay=1", true],
	["?relayed", false],
])("the address %j asks for a relay: %s", (search, asks) => {
	vi.stubGlobal("location", { search });
	expect(relayOnly()).toBe(asks);
});

it("a relay's fault is told in words that say what to look at", () => {
	expect(relayFault(undefined)).toMatch(/knows none/);
	expect(relayFault({ errorCode: 401, errorText: "Unauthorized" })).toMatch(/refuses Porthole's secret/);
	expect(relayFault({ errorCode: 701, errorText: "TURN allocate request timed out." })).toMatch(/timed out/);
	expect(relayFault({ errorCode: 500, errorText: "" })).toMatch(/error 500/);
});
