import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, it } from "vitest";
import {
	type BootstrapConnection,
	type BootstrapLink,
	BootstrapSocket,
	bootstrapScript,
} from "../../../../app/viewer/connection/bootstrap.ts";
import { connectSignaling } from "../../../../signaling/client.ts";
import { toViewerSchema } from "../../../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeSocket } from "../../../fakes/fake-socket.ts";
import { MemoryStorage } from "../../../support/memory-storage.ts";
import { describeDevice } from "../../../support/signaling-harness.ts";

/** As much of a browser as the bootstrap script uses, and nothing more: it has to stand alone. */
function browser(pathname: string, hash = "", refusal?: object) {
	const sessionStorage = new MemoryStorage();
	const localStorage = new MemoryStorage();
	const asked: unknown[] = [];
	const fetch = async (_path: string, { body }: { body: string }) => {
		asked.push(JSON.parse(body));
		return { ok: !refusal, json: async () => ({ error: refusal }) };
	};
	const sockets: (FakeSocket & { url?: string })[] = [];
	const shown: string[] = [];
	const video = Object.assign(new EventTarget(), { srcObject: null as unknown });
	const page = Object.assign(new EventTarget(), {
		readyState: "complete",
		links: ["/a.js", "/b.js"],
		run: [] as string[],
		querySelector: () => video,
		querySelectorAll: () =>
			page.links.map((href) => ({
				getAttribute: () => href,
				removeAttribute: () => page.links.splice(page.links.indexOf(href), 1),
			})),
		createElement: () => ({ src: "" }),
		head: { append: (script: { src: string }) => page.run.push(script.src) },
	});
	const timers: (() => void)[] = [];
	const peers: Peer[] = [];
	class Peer {
		localDescription: { sdp: string } | null = null;
		remote: string | undefined;
		ontrack: ((event: object) => void) | null = null;
		ondatachannel: ((event: object) => void) | null = null;

		constructor() {
			peers.push(this);
		}

		async setRemoteDescription({ sdp }: { sdp: string }) {
			if (sdp === "bad") throw new Error("not SDP");
			this.remote = sdp;
		}

		async setLocalDescription() {
			this.localDescription = { sdp: `answer to ${this.remote}` };
		}
	}
	class Socket extends FakeSocket {
		readonly url: string;

		constructor(url: string) {
			super();
			this.url = url;
			sockets.push(this);
		}
	}
	class Stream {
		readonly tracks: unknown;

		constructor(tracks: unknown) {
			this.tracks = tracks;
		}
	}
	const window: {
		RTCPeerConnection: unknown;
		portholeBootstrap?: BootstrapConnection;
		portholeLink?: BootstrapLink;
	} = {
		RTCPeerConnection: Peer,
	};
	const globals = {
		window,
		fetch,
		sessionStorage,
		localStorage,
		RTCPeerConnection: Peer,
		WebSocket: Socket,
		MediaStream: Stream,
		URLSearchParams,
		location: { pathname, hash, search: "", protocol: "http:", host: "localhost:8400" },
		history: { state: null, replaceState: (_: unknown, __: string, url: string) => shown.push(url) },
		document: page,
		requestAnimationFrame: (callback: () => void) => callback(),
		setTimeout: (callback: () => void, ms: number) => (ms === 0 ? callback() : timers.push(callback)),
	};
	const run = () => runInNewContext(bootstrapScript(7), globals);
	return {
		run,
		asked,
		window,
		sessionStorage,
		localStorage,
		sockets,
		peers,
		video,
		shown,
		page,
		timers,
		bootstrap: () => window.portholeBootstrap,
	};
}

/** The same with the script run at once. */
function opened(...how: Parameters<typeof browser>) {
	const made = browser(...how);
	made.run();
	return made;
}

const offer = { type: "offer", peerId: "p1", sdp: "v=0" };

describe("the bootstrap script", () => {
	it("says hello with the token, which it takes out of the address", () => {
		const { sockets, shown, bootstrap } = opened("/devices/demo", "#token=secret");
		expect(sockets[0]?.url).toBe("ws://localhost:8400/signal");
		sockets[0]?.open();
		expect(sockets[0]?.sent).toEqual([
			{ type: "hello", version: 7, as: "viewer", deviceId: "demo", token: "secret", media: false },
		]);
		expect(shown).toEqual(["/devices/demo"]);
		expect(bootstrap()?.token).toBe("secret");
	});

	it("answers the first offer and keeps everything said for whoever takes over", async () => {
		const { sockets, bootstrap } = opened("/devices/demo");
		sockets[0]?.open();
		sockets[0]?.say({ type: "welcome" });
		sockets[0]?.say(offer);
		sockets[0]?.say({ ...offer, peerId: "p2" });
		await settled();
		expect(sockets[0]?.sent.slice(1)).toEqual([{ type: "answer", peerId: "p1", sdp: "answer to v=0" }]);
		expect(bootstrap()?.peerId).toBe("p1");
		expect(bootstrap()?.messages.map((text) => JSON.parse(text).type)).toEqual(["welcome", "offer", "offer"]);
	});

	it("shows the picture in the page's video and holds it back as little as it can", () => {
		const { peers, video } = opened("/devices/demo");
		const receiver = { jitterBufferTarget: null };
		peers[0]?.ontrack?.({ track: "the track", receiver });
		expect(video.srcObject).toMatchObject({ tracks: ["the track"] });
		expect(receiver.jitterBufferTarget).toBe(0);
	});

	it("keeps what the host says on the data channel, up to 64 messages", () => {
		const { peers, bootstrap } = opened("/devices/demo");
		const channel: { onmessage?: (event: { data: ArrayBuffer }) => void } = {};
		peers[0]?.ondatachannel?.({ channel });
		for (let at = 0; at < 100; at++) channel.onmessage?.({ data: new ArrayBuffer(at) });
		expect(bootstrap()?.heard.map(({ byteLength }) => byteLength)).toEqual(
			Array.from({ length: 64 }, (_, at) => at),
		);
		expect(bootstrap()?.channel).toBe(channel);
	});

	it("leaves an offer that cannot be answered to the session", async () => {
		const { sockets, bootstrap } = opened("/devices/demo");
		sockets[0]?.open();
		sockets[0]?.say({ ...offer, sdp: "bad" });
		await expect(bootstrap()?.answered).rejects.toThrow("not SDP");
		expect(sockets[0]?.sent).toHaveLength(1);
	});

	it("runs the page's other scripts when the first picture is there, once", () => {
		const { peers, video, page, timers } = opened("/devices/demo");
		peers[0]?.ontrack?.({ track: "the track", receiver: {} });
		expect(page.run).toEqual([]);
		video.dispatchEvent(new Event("loadeddata"));
		timers[0]?.();
		expect(page.run).toEqual(["/a.js", "/b.js"]);
	});

	it("runs them without a picture when none comes soon, and when the viewer is refused", () => {
		const slow = opened("/devices/demo");
		slow.timers[0]?.();
		expect(slow.page.run).toEqual(["/a.js", "/b.js"]);
		const refused = opened("/devices/demo");
		refused.sockets[0]?.open();
		refused.sockets[0]?.say({ type: "error", reason: { code: "no-token", message: "" }, final: true });
		expect(refused.page.run).toEqual(["/a.js", "/b.js"]);
	});

	it("waits for the whole page before it runs them", () => {
		const { page, timers } = opened("/devices/demo");
		page.readyState = "loading";
		timers[0]?.();
		expect(page.run).toEqual([]);
		page.readyState = "complete";
		page.dispatchEvent(new Event("DOMContentLoaded"));
		expect(page.run).toEqual(["/a.js", "/b.js"]);
	});

	it("only runs the other scripts on a page that is no device", () => {
		const { sockets, shown, page } = opened("/", "#token=secret");
		expect(sockets).toHaveLength(0);
		expect(page.run).toEqual(["/a.js", "/b.js"]);
		expect(shown).toEqual([]);
	});

	it("trades a grant for a cookie before it says hello, and takes it out of the address", async () => {
		const { asked, sockets, shown, window } = opened("/devices/demo", "#grant=a.b.c");
		expect(asked).toEqual([{ token: "a.b.c" }]);
		expect(shown).toEqual(["/devices/demo"]);
		expect(sockets).toHaveLength(0);
		await settled();
		sockets[0]?.open();
		expect(sockets[0]?.sent[0]).toEqual({
			type: "hello",
			version: 7,
			as: "viewer",
			deviceId: "demo",
			media: false,
		});
		expect(window.portholeLink?.grant).toBe("a.b.c");
	});

	it("connects nothing for a grant that is refused, and leaves the reason to the page's own code", async () => {
		const refusal = { code: "needs-pin", message: "PIN" };
		const { sockets, page, window } = opened("/devices/demo", "#grant=a.b.c", refusal);
		await settled();
		expect(sockets).toHaveLength(0);
		expect(page.run).toEqual(["/a.js", "/b.js"]);
		expect(await window.portholeLink?.exchanged).toEqual(refusal);
	});

	it("connects nothing when the page's own code has taken the link over", async () => {
		const { sockets, window } = opened("/devices/demo", "#grant=a.b.c");
		delete window.portholeLink;
		await settled();
		expect(sockets).toHaveLength(0);
	});

	it("goes on with the participant of the page before, once, under the person's name", () => {
		const page = browser("/devices/demo");
		const participant = { viewerId: "v1", key: "k" };
		page.sessionStorage.setItem("porthole-participant demo", JSON.stringify(participant));
		page.localStorage.setItem("porthole-name", "Ana");
		page.run();
		page.sockets[0]?.open();
		expect(page.sockets[0]?.sent[0]).toMatchObject({ participant, name: "Ana" });
		expect(page.sessionStorage.getItem("porthole-participant demo")).toBeNull();
		expect(page.bootstrap()?.participant).toEqual(participant);
	});

	it("tries a link again that waited for its PIN", async () => {
		const page = browser("/devices/demo");
		page.sessionStorage.setItem("porthole-link demo", "a.b.c");
		page.run();
		expect(page.asked).toEqual([{ token: "a.b.c" }]);
		expect(page.sessionStorage.getItem("porthole-link demo")).toBeNull();
	});
});

const device = describeDevice("demo");
const welcome = { type: "welcome", version: 1, viewerId: "v1", participantKey: "key", role: "own", device };

let real: FakeSocket;
let bootstrap: BootstrapConnection;
let heard: string[];
let statuses: string[];

/** What the bootstrap script has done up to now. */
function begin(state: "connecting" | "open"): void {
	real = new FakeSocket(state);
	bootstrap = {
		socket: real as unknown as WebSocket,
		peer: {} as RTCPeerConnection,
		token: undefined,
		participant: undefined,
		messages: [],
		peerId: undefined,
		answered: undefined,
		relayError: undefined,
		stream: undefined,
		channel: undefined,
		heard: [],
	};
	real.onopen = () => real.send(JSON.stringify({ type: "hello" }));
	real.onmessage = ({ data }) => bootstrap.messages.push(String(data));
	if (state === "open") real.send(JSON.stringify({ type: "hello" }));
}

function takeOver() {
	heard = [];
	statuses = [];
	const first: BootstrapSocket[] = [new BootstrapSocket(bootstrap)];
	return connectSignaling({
		open: () => first.pop() ?? new FakeSocket(),
		hello: () => ({ type: "hello", again: true }),
		schema: toViewerSchema,
		onMessage: ({ type }) => heard.push(type),
		onStatus: ({ state }) => statuses.push(state),
		clock: new FakeClock(),
	});
}

describe("BootstrapSocket", () => {
	beforeEach(() => begin("open"));

	it("tells again what was said before, in order, and says no second hello", async () => {
		real.say(welcome);
		real.say({ type: "offer", peerId: "p1", sdp: "v=0" });
		takeOver();
		await settled();
		real.say({ type: "device", device });
		expect(heard).toEqual(["welcome", "offer", "device"]);
		expect(real.sent).toEqual([{ type: "hello" }]);
		expect(statuses).toEqual(["connecting", "open"]);
	});

	it("takes over a socket that still opens, whose hello the bootstrap script says", async () => {
		begin("connecting");
		const link = takeOver();
		await settled();
		expect(link.send({ type: "ping" })).toBe(false);
		real.open();
		real.say(welcome);
		expect(real.sent).toEqual([{ type: "hello" }]);
		expect(heard).toEqual(["welcome"]);
		expect(link.send({ type: "ping" })).toBe(true);
		expect(real.sent).toEqual([{ type: "hello" }, { type: "ping" }]);
	});

	it("is a lost connection like any other when it closes", async () => {
		takeOver();
		await settled();
		real.cut();
		expect(statuses).toEqual(["connecting", "open", "waiting"]);
	});

	it("is a lost connection too when it had closed before it was taken over", async () => {
		real.readyState = 3;
		takeOver();
		await settled();
		expect(statuses).toEqual(["connecting", "waiting"]);
		expect(heard).toEqual([]);
	});

	it("closes the real one", async () => {
		const link = takeOver();
		await settled();
		link.close();
		expect(real.closedByUs).toBe(true);
	});
});
