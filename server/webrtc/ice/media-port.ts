import { randomInt } from "node:crypto";
import type { Clock } from "../../../signaling/clock.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { HostCandidate } from "./candidate.ts";
import { type CheckedAgent, type DropReason, StunDemux } from "./stun-demux.ts";
import { TcpListener } from "./tcp-listener.ts";
import { type OpenSocket, UdpListener } from "./udp-listener.ts";

/** How often a free number is looked for when any will do. */
const TRIES = 32;

/** Where viewers may reach a host. */
export interface MediaPortOptions {
	/** Local addresses, the preferred one first. */
	readonly addresses: readonly string[];
	/** Also listen for ICE-TCP. */
	readonly tcp: boolean;
	/** First and last number that may be used; any free one when absent. */
	readonly portRange?: readonly [number, number];
	readonly openSocket: OpenSocket;
	readonly clock: Clock;
	/** A packet or a connection of nobody known was dropped. */
	dropped(reason: DropReason): void;
}

type Listener = UdpListener | TcpListener;
type OpenListener = (port: number) => Promise<Listener>;

/**
 * The one port of a host where all viewers' media comes in: a UDP socket and a TCP listener at each address, all of the
 * same number. Checks find their agent by its ufrag, everything else by the remote address a good check came from.
 */
export class MediaPort {
	readonly hosts: readonly HostCandidate[];
	readonly #listeners: readonly Listener[];
	readonly #demux: StunDemux;

	private constructor(listeners: readonly Listener[], demux: StunDemux) {
		this.#listeners = listeners;
		this.#demux = demux;
		this.hosts = listeners.map((listener) => listener.host);
	}

	/**
	 * Opens the sockets; addresses that this machine does not have are left out. Throws PortholeError `no-address` when
	 * no number is free at all addresses, or none of them can be used.
	 */
	static async open(options: MediaPortOptions): Promise<MediaPort> {
		const demux = new StunDemux({
			now: () => options.clock.now(),
			dropped: (reason) => options.dropped(reason),
		});
		const listening = {
			demux,
			clock: options.clock,
			dropped: (reason: DropReason) => options.dropped(reason),
		};
		const places = [...options.addresses.entries()].map(([place, address]) => [address, place] as const);
		const openers = [
			...places.map(
				(at): OpenListener =>
					(port) =>
						UdpListener.open(options.openSocket, at, port, listening),
			),
			...(options.tcp ? places : []).map(
				(at): OpenListener =>
					(port) =>
						TcpListener.open(at, port, listening),
			),
		];
		let cause: unknown;
		for (const port of numbers(options.portRange)) {
			const { listeners, error, isTaken } = await openAll(openers, port);
			if (!isTaken && listeners.length > 0) return new MediaPort(listeners, demux);
			cause = error;
			if (!isTaken) break;
		}
		throw unusable(options, cause);
	}

	/** From now on checks may come for the agent. */
	add(agent: CheckedAgent): void {
		this.#demux.add(agent);
	}

	remove(agent: CheckedAgent): void {
		this.#demux.remove(agent);
	}

	async close(): Promise<void> {
		await Promise.all(this.#listeners.map((listener) => listener.close()));
	}
}

/** Numbers to try: those of a range from a random place on, or any. */
function* numbers(range: readonly [number, number] | undefined): Generator<number> {
	if (range === undefined) return yield* new Array<number>(TRIES).fill(0);
	const [first, last] = range;
	const count = last - first + 1;
	const start = randomInt(count);
	for (let i = 0; i < count; i++) yield first + ((start + i) % count);
}

/** Opens what can be opened at one number, which the first one chooses when it is 0; nothing when it is taken. */
async function openAll(
	openers: readonly OpenListener[],
	port: number,
): Promise<{ listeners: Listener[]; error?: unknown; isTaken: boolean }> {
	const listeners: Listener[] = [];
	let error: unknown;
	for (const open of openers) {
		try {
			listeners.push(await open(listeners[0]?.host.port ?? port));
		} catch (failure) {
			error = failure;
			if ((failure as NodeJS.ErrnoException).code !== "EADDRINUSE") continue;
			await Promise.all(listeners.map((listener) => listener.close()));
			return { listeners: [], error, isTaken: true };
		}
	}
	return { listeners, error, isTaken: false };
}

function unusable({ addresses, tcp, portRange }: MediaPortOptions, cause: unknown): PortholeError {
	const [first, last] = portRange ?? [0, 0];
	const numbered = first === last ? `port ${first}` : `any port from ${first} to ${last}`;
	const at = portRange === undefined ? "a port" : numbered;
	const transports = tcp ? "UDP and TCP" : "UDP";
	return new PortholeError(
		"no-address",
		`Could not listen for media at ${addresses.join(", ")} on ${at} for ${transports}; free the port or name another.`,
		{ cause },
	);
}
