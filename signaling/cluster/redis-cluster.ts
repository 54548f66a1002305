import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { SocketLike } from "../client.ts";
import { backgroundClock, type Clock } from "../clock.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { knownCode } from "../protocol/error-codes.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import type { Cluster, ClusterListener } from "../rooms/cluster.ts";
import {
	ANSWER_WITHIN,
	type DeviceRequest,
	lateAnswer,
	PendingAnswers,
	tooManyRequests,
} from "../rooms/device-requests.ts";
import type { Visitor } from "../rooms/viewers.ts";
import { type NodeMessage, nodeMessageSchema } from "./node-messages.ts";
import { Nodes } from "./nodes.ts";
import type { RedisLink } from "./redis-link.ts";
import { Relays } from "./relays.ts";

/** Longest message from another node, characters: a viewer's longest, as a string in JSON. */
const MAX_LENGTH = 1024 * 1024;

/** How much longer another node may take than its host, ms. */
const BEYOND_HOST = 1_000;
/** Whoever knows the id of a request may answer it: only the device's node was told. */
const ANYONE = "anyone";

interface RedisClusterDeps {
	readonly link: RedisLink;
	readonly clock?: Clock;
	/** Something was said that is not understood; it is passed over. */
	readonly garbage: () => void;
	/** How many viewers here watch devices that are on another node. */
	readonly countRelays: (connections: number) => void;
}

/** Signaling servers that find each other in one Redis. */
export class RedisCluster implements Cluster {
	readonly #deps: RedisClusterDeps;
	readonly #self = randomUUID();
	readonly #nodes: Nodes;
	readonly #relays: Relays;
	readonly #requests: NodeRequests;
	#listener: ClusterListener | undefined;
	/** Redis carries messages. */
	#carries = false;

	constructor(deps: RedisClusterDeps) {
		const { link, clock = backgroundClock, garbage } = deps;
		const send = (to: string, message: NodeMessage) => this.#send(to, message);
		const self = this.#self;
		this.#deps = deps;
		this.#relays = new Relays({ self, now: () => clock.now(), send, count: deps.countRelays });
		this.#requests = new NodeRequests({ self, clock, send });
		this.#nodes = new Nodes(
			{ link, self, clock, garbage },
			{
				hostElsewhere: (...told) => this.#elsewhere(...told),
				hostLost: (hostId, node) => this.#listener?.hostLost(hostId, node),
				nodeGone: (node) => this.#relays.lose(node),
			},
		);
	}

	join(listener: ClusterListener): void {
		this.#listener = listener;
	}

	/** Finds the others; after `join`. Rejects as the link does. */
	async open(): Promise<void> {
		const { link } = this.#deps;
		await link.subscribe(link.key("to", this.#self), (text) => this.#hear(text));
		await link.use({
			up: async () => {
				this.#carries = true;
			},
			down: () => {
				this.#carries = false;
				this.#relays.lose();
			},
		});
		await this.#nodes.open();
	}

	tell(hostId: string, devices: readonly DeviceDescription[], connected: boolean): void {
		this.#nodes.tell(hostId, devices, connected);
	}

	forget(hostId: string): void {
		this.#nodes.forget(hostId);
	}

	reaches(node: string): boolean {
		return this.#carries && this.#nodes.has(node);
	}

	relay(node: string, socket: SocketLike, hello: ViewerHello, visitor: Visitor): void {
		this.#relays.open(node, socket, hello, visitor);
	}

	dropMoved(deviceIds: ReadonlySet<string>, nodeOf: (deviceId: string) => string | undefined): void {
		this.#relays.dropMoved(deviceIds, nodeOf);
	}

	request(node: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array> {
		return this.#requests.ask(node, deviceId, request);
	}

	close(): void {
		this.#relays.lose();
		this.#nodes.close();
	}

	#elsewhere(hostId: string, node: string, devices: readonly DeviceDescription[]): void {
		try {
			this.#listener?.hostElsewhere(hostId, node, devices);
		} catch {
			// Devices under ids that another host has.
			this.#deps.garbage();
		}
	}

	#hear(text: string): void {
		const message = read(text);
		if (!message) return this.#deps.garbage();
		switch (message.type) {
			case "open": {
				const socket = this.#relays.accept(message);
				const { hello, rights, address } = message;
				if (socket) this.#listener?.viewer(socket, hello, { rights, address });
				return;
			}
			case "said":
			case "shut":
				return this.#relays.hear(message);
			case "wanted":
				return void this.#give(message);
			case "given":
				return this.#requests.hear(message);
		}
	}

	async #give({ id, from, deviceId, request }: Extract<NodeMessage, { type: "wanted" }>): Promise<void> {
		const answer = async (): Promise<NodeMessage> => {
			try {
				const data = await this.#listener?.request(deviceId, request);
				return { type: "given", id, data: Buffer.from(data ?? []).toString("base64") };
			} catch (error) {
				const code = error instanceof PortholeError ? error.code : "internal";
				return { type: "given", id, error: { code, message: messageOf(error).slice(0, 400) } };
			}
		};
		await this.#send(from, await answer()).catch(() => {});
	}

	/** Rejects when nobody of that id listens. */
	async #send(to: string, message: NodeMessage): Promise<void> {
		const { link } = this.#deps;
		if ((await link.publish(link.key("to", to), JSON.stringify(message))) > 0) return;
		this.#nodes.unreachable(to);
		throw new PortholeError("node-gone", `No signaling server listens as ${to}.`);
	}
}

function read(text: string): NodeMessage | undefined {
	if (text.length > MAX_LENGTH) return undefined;
	try {
		return v.parse(nodeMessageSchema, JSON.parse(text));
	} catch {
		return undefined;
	}
}

interface NodeRequestsDeps {
	/** Id of this node. */
	readonly self: string;
	readonly clock: Clock;
	readonly send: (to: string, message: NodeMessage) => Promise<void>;
}

/** What this node has asked others for, of devices whose hosts are connected to them. */
class NodeRequests {
	readonly #deps: NodeRequestsDeps;
	readonly #pending: PendingAnswers<Uint8Array>;

	constructor(deps: NodeRequestsDeps) {
		this.#deps = deps;
		this.#pending = new PendingAnswers(deps.clock);
	}

	/** Asks the device's node. Fails as `DeviceRequests.ask` does. */
	ask(node: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array> {
		const { self, send } = this.#deps;
		const question = {
			of: ANYONE,
			within: ANSWER_WITHIN[request.what] + BEYOND_HOST,
			late: lateAnswer(request, deviceId),
			tooMany: tooManyRequests(request),
		};
		const gone = new PortholeError(
			"host-offline",
			`The computer that ${deviceId} runs on cannot be reached.`,
		);
		return this.#pending.ask(question, (id) => {
			send(node, { type: "wanted", id, from: self, deviceId, request }).catch(() =>
				this.#pending.settle(id, ANYONE, gone),
			);
		});
	}

	/** What was not asked for, or comes too late, is dropped. */
	hear({ id, data, error }: Extract<NodeMessage, { type: "given" }>): void {
		const answer = error
			? new PortholeError(knownCode(error.code), error.message)
			: Buffer.from(data ?? "", "base64");
		this.#pending.settle(id, ANYONE, answer);
	}
}
