/**
 * Runs a shell script as a program of a desktop would run: `confined-program.ts STATE-FOLDER SCRIPT`. In `OUT` of the
 * environment it writes how the script is confined.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findConfinement } from "../../../../../server/devices/x11/desktop/confinement.ts";
import { Program } from "../../../../../server/devices/x11/desktop/program.ts";
import { desktopEnvironment } from "../../../../../server/devices/x11/desktop/session.ts";

const [state = "", script = ""] = process.argv.slice(2);
const confinement = await findConfinement(1, state, process.env);
await writeFile(join(process.env.OUT ?? "", "reach"), confinement.reach);
const environment = {
	...desktopEnvironment(process.env, ":64999", confinement),
	SERVER: String(process.pid),
};
const command = { command: "/bin/sh", arguments: ["-c", script], environment, folder: "/" };
await new Program(confinement.confine(command)).ended;
await confinement.close();
