/** The host end inside the emulated machine, with parts that it can run: `porthole hxfr` itself takes long to load there. */

import { systemClock } from "../../server/devices/clock.ts";
import { HxfrServer } from "../../server/devices/hxfr/host/server.ts";
import { ANY_CID } from "../../server/devices/hxfr/transport/address.ts";
import { loadAddon } from "../../server/native/load.ts";
import { decodeViewerMessage } from "../../signaling/protocol/input-codec.ts";
import { PatternDevice } from "./pattern-device.ts";

const host = new HxfrServer({
	addon: loadAddon(),
	clock: systemClock,
	encoder: undefined,
	standardRate: () => ({ bitrate: 1_000_000, frameRate: 30 }),
	openInput: () => ({
		receive: (bytes) => console.log(`input ${JSON.stringify(decodeViewerMessage(bytes))}`),
		release: () => {},
	}),
	clientEnded: () => {},
});
await host.addDevice(async () => new PatternDevice());
await host.listen({ kind: "vsock", cid: ANY_CID, port: 5000 });
console.log("listening");
