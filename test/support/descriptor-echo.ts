/** Sends back what comes on the descriptor 3 that it was given, and tells how it ends: a child of tests. */
import { SocketStream } from "../../server/devices/hxfr/transport/socket-stream.ts";
import { loadAddon } from "../../server/native/load.ts";

const stream = new SocketStream(loadAddon(), { descriptor: 3 });
stream.on("error", (error) => console.log(`error: ${error.message}`));
stream.on("close", () => console.log("closed"));
if (process.argv[2] === "write") setInterval(() => stream.write("x"), 1).unref();
stream.pipe(stream);
console.log("ready");
