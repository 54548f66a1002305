import type { BlockList } from "node:net";
import type { RedisAddress } from "../signaling/cluster/redis-address.ts";
import type { Site } from "../signaling/http/ingress.ts";
import type { TurnOptions } from "../signaling/turn.ts";
import type { SignalingAddress } from "./signaling-address.ts";

/** A port to listen on, of one address. */
export interface ListenAddress {
	readonly address: string;
	/** 0: any. */
	readonly port: number;
}

/** Which devices are offered, how they are encoded, and what brings the video to viewers. */
export interface MediaOptions {
	/** Specs, such as `demo:`. */
	readonly devices: readonly string[];
	readonly encoder: string | undefined;
	/** Bits per second; by the size of the screen when absent. */
	readonly bitrate: number | undefined;
	/** Frames per second, at most. */
	readonly frameRate: number;
	/** The one port, UDP and TCP, where media of all viewers comes in; 0 is any free one. */
	readonly mediaPort: number;
	readonly engine: "werift" | "mediasoup";
	/** Processes of mediasoup; as many as the machine has cores when absent. */
	readonly workers: number | undefined;
	/** Where machines that take viewers dial in; nowhere when absent. */
	readonly edges: ListenAddress | undefined;
	/** Viewers taken here before edges get any. */
	readonly viewersHere: number | undefined;
}

/** How the page and the API are served. */
export interface ServerOptions {
	readonly port: number;
	/** Address to bind; `localhost` is both loopback addresses, `all` every address. */
	readonly host: string;
	/** Meant to be reached from the network: `--lan`, or an address that is not of this machine alone. */
	readonly lan: boolean;
	/** Further host names that this server is known by. */
	readonly names: readonly string[];
	/** Where reverse proxies show it; links name the first. */
	readonly sites: readonly Site[];
	/** Peers whose forwarding headers are believed; nobody's when absent. */
	readonly proxies: BlockList | undefined;
	/** Origins of pages that may show this one in a frame. */
	readonly embedders: readonly string[];
	readonly turn: TurnOptions | undefined;
	readonly stateFolder: string;
}

/** What `porthole serve` does. */
export type ServeOptions = ServerOptions & MediaOptions;

/** What `porthole signaling` does. */
export interface SignalingServerOptions extends ServerOptions {
	/** Shared with other signaling servers, which then are one to hosts and viewers. */
	readonly redis?: RedisAddress;
}

/** What `porthole host` does. */
export interface HostOptions extends MediaOptions {
	readonly signaling: SignalingAddress;
	readonly key: string;
	/** What people call this computer; the ids of its devices begin with it. */
	readonly name: string;
	/** Media is offered on this machine's network addresses too, not on the loopback ones alone. */
	readonly lan: boolean;
	/** Makes devices of streams that publishers send. */
	readonly publishers: boolean;
	readonly stateFolder: string;
}

/** What `porthole edge` does. */
export interface EdgeOptions {
	/** The origin's socket for edges. */
	readonly origin: string;
	readonly key: string;
	readonly name: string;
	readonly workers: number | undefined;
	/** Viewers are offered this machine's network addresses, not the loopback ones alone. */
	readonly lan: boolean;
}

/** What `porthole hxfr` does. */
export interface HxfrOptions extends MediaOptions {
	/** Addresses, such as `unix:/run/screens.sock`. */
	readonly listen: readonly string[];
	/** Addresses that other machines reach are allowed. */
	readonly lan: boolean;
}
