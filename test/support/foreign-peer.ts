import type { Gateway } from "./foreign-clients.ts";
import { gstreamerPeer } from "./gstreamer-peer.ts";
import { libdatachannelPeer } from "./libdatachannel-peer.ts";

/** A player or a publisher that is neither ours nor a browser. */
export interface ForeignPeer {
	/** Pictures that a player has decoded. */
	decoded(): number;
	/** Ends it without a word to the gateway. */
	close(): Promise<void>;
}

type OpenPeer = (does: "play" | "publish", gateway: Gateway) => Promise<ForeignPeer>;

/** WebRTC stacks that offer with media ids longer than a browser's. */
export const foreignPeers: readonly (readonly [string, OpenPeer])[] = [
	["GStreamer", gstreamerPeer],
	["libdatachannel", libdatachannelPeer],
	// Longer than a one-byte header extension has room for.
	[
		"libdatachannel-long",
		(does, gateway) => libdatachannelPeer(does, gateway, "a-media-id-of-26-characters"),
	],
];
