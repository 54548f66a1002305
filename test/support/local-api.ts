import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { writeServing } from "../../server/serving-file.ts";
import { noAudit } from "../../signaling/audit.ts";
import { Access } from "../../signaling/auth/access.ts";
import { GrantBook } from "../../signaling/auth/grant-book.ts";
import { loadKeys } from "../../signaling/auth/state-files.ts";
import { grantRoutes } from "../../signaling/http/grants.ts";
import { serveRoutes } from "./http-server.ts";

/** The API of grants as a running server has it, which has left its address in a state folder. */
export interface LocalApi {
	readonly stateFolder: string;
	readonly url: string;
	readonly grants: GrantBook;
	/** What a command has printed so far. */
	printed(): string;
	close(): Promise<void>;
}

/** Starts it with one device, `phone`, and listens to what is printed. */
export async function startLocalApi(): Promise<LocalApi> {
	const stateFolder = await mkdtemp(join(tmpdir(), "porthole-api-"));
	const keys = await loadKeys(stateFolder);
	const grants = new GrantBook(keys.signingKey);
	const routes = grantRoutes({
		grants,
		hasDevice: (id) => id === "phone",
		audit: noAudit,
	});
	const listener = await serveRoutes(routes, { access: new Access(keys, grants) });
	const url = `http://127.0.0.1:${listener.port}`;
	await writeServing(stateFolder, { pid: process.pid, url });
	let printed = "";
	const spy = vi.spyOn(console, "log").mockImplementation((line: string) => {
		printed += `${line}\n`;
	});
	return {
		stateFolder,
		url,
		grants,
		printed: () => printed,
		async close() {
			spy.mockRestore();
			await listener.close();
			await grants.close();
			await rm(stateFolder, { recursive: true });
		},
	};
}
