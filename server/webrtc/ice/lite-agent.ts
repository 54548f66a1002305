import { randomBytes } from "node:crypto";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { SenderPath } from "../sender/sender-pool.ts";
import type { HostAddress, PathKind } from "./host-address.ts";
import type { HostSocket, Path, PathEvents } from "./path.ts";
import {
	type BindingRequest,
	bindingSuccess,
	hasIntegrity,
	isStun,
	parseBindingRequest,
	roleConflictError,
} from "./stun.ts";
import { openTcpSocket } from "./tcp-socket.ts";
import { openUdpSocket } from "./udp-socket.ts";

/** Where a lite agent may be reached. */
export interface IceOptions {
	/** Local addresses, the preferred one first. */
	readonly addresses: readonly string[];
	/** Also listen for ICE-TCP. */
	readonly tcp: boolean;
	/** First and last port that may be used; any free one when absent. */
	readonly portRange?: readonly [number, number];
}

export interface IceEvents {
	/** DTLS or SRTP from the viewer. */
	packet(packet: Buffer): void;
	/** The viewer showed that it is there: a check with the right password. */
	checked(): void;
}

/**
 * An ICE-lite agent (RFC 8445, 2.5) for one viewer: it waits at its host addresses, answers checks that know its
 * password and sends where the viewer says. The viewer's own candidates are not needed.
 */
export class LiteAgent implements SenderPath {
	readonly ufrag = randomBytes(6).toString("base64");
	readonly password = randomBytes(18).toString("base64");
	readonly #sockets: HostSocket[] = [];
	readonly #events: IceEvents;
	#remoteUfrag: string | undefined;
	#selected: Path | undefined;
	#selectedPriority = 0;
	#challenger: Path | undefined;
	#closed = false;

	private constructor(events: IceEvents) {
		this.#events = events;
	}

	/** Opens sockets at all addresses. Throws PortholeError `no-address` when none of them can be used. */
	static async open(options: IceOptions, events: IceEvents): Promise<LiteAgent> {
		const agent = new LiteAgent(events);
		await agent.#openSockets(options);
		return agent;
	}

	get hosts(): HostAddress[] {
		return this.#sockets.map((socket) => socket.host);
	}

	/** How packets travel now; absent until the viewer was heard. */
	get pathKind(): PathKind | undefined {
		return this.#selected?.kind;
	}

	/** From now on only checks of this viewer are answered. */
	setRemoteUfrag(ufrag: string): void {
		this.#remoteUfrag = ufrag;
	}

	/** Sends over the chosen path; dropped when there is none. */
	send(packet: Buffer, length: number): boolean {
		return this.#selected?.send(packet, length) ?? false;
	}

	queuedBytes(): number {
		return this.#selected?.queuedBytes() ?? 0;
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#selected = undefined;
		await Promise.all(this.#sockets.map((socket) => socket.close()));
	}

	async #openSockets(options: IceOptions): Promise<void> {
		const events: PathEvents = {
			packet: (packet, path) => this.#receive(packet, path),
			lost: (path) => this.#lose(path),
		};
		const openers = options.tcp ? [openUdpSocket, openTcpSocket] : [openUdpSocket];
		const opening = openers.flatMap((open) =>
			options.addresses.map((address, place) =>
				withinRange(options.portRange, (port) => open(address, port, place, events)),
			),
		);
		const results = await Promise.allSettled(opening);
		for (const result of results) if (result.status === "fulfilled") this.#sockets.push(result.value);
		if (this.#sockets.length > 0) return;
		const cause = results.find((result) => result.status === "rejected")?.reason;
		const range = options.portRange === undefined ? "" : ` ports ${options.portRange.join("-")}`;
		throw new PortholeError(
			"no-address",
			`Could not open a media socket at ${options.addresses.join(", ")}${range}; free a port or name other addresses.`,
			{ cause },
		);
	}

	#receive(packet: Buffer, path: Path): void {
		if (this.#closed) return;
		if (isStun(packet)) this.#check(packet, path);
		else if (path.trusted) this.#events.packet(packet);
	}

	#check(packet: Buffer, path: Path): void {
		const request = parseBindingRequest(packet);
		if (request === undefined || !this.#isForUs(request.username)) return;
		if (!hasIntegrity(request, this.password)) return;
		if (request.roleConflict) {
			const error = roleConflictError(request, this.password);
			path.send(error, error.length);
			return;
		}
		path.trust();
		this.#events.checked();
		const response = bindingSuccess(request, path.remoteAddress, path.remotePort, this.password);
		path.send(response, response.length);
		// Viewers start DTLS on the first path that works, before they nominate one.
		this.#selected ??= path;
		if (request.useCandidate) this.#nominate(path, request);
	}

	#isForUs(username: string): boolean {
		if (this.#remoteUfrag === undefined) return username.startsWith(`${this.ufrag}:`);
		return username === `${this.ufrag}:${this.#remoteUfrag}`;
	}

	/**
	 * Viewers may nominate several paths (RFC 8445, 8.1.1 and the aggressive way before it) and may change their mind
	 * when a network goes. The better path wins; a worse one when it is nominated twice with nothing from the other
	 * between.
	 */
	#nominate(path: Path, request: BindingRequest): void {
		const priority = Math.min(request.priority, path.host.priority);
		if (path !== this.#selected && priority <= this.#selectedPriority && this.#challenger !== path) {
			this.#challenger = path;
			return;
		}
		this.#selected = path;
		this.#selectedPriority = priority;
		this.#challenger = undefined;
	}

	/** The viewer may choose another path; if it does not, it falls silent. */
	#lose(path: Path): void {
		if (path !== this.#selected) return;
		this.#selected = undefined;
		this.#selectedPriority = 0;
	}
}

/** Opens at the first free port of a range, tried from a random place on; at any port when there is no range. */
async function withinRange(
	range: readonly [number, number] | undefined,
	open: (port: number) => Promise<HostSocket>,
): Promise<HostSocket> {
	if (range === undefined) return open(0);
	const [first, last] = range;
	const count = last - first + 1;
	const start = randomBytes(2).readUInt16BE() % count;
	for (let i = 0; ; i++) {
		try {
			return await open(first + ((start + i) % count));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || i + 1 >= count) throw error;
		}
	}
}
