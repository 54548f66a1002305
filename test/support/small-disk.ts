import { spawnSync } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, so small that a test can fill it. */
export interface SmallDisk {
	readonly folder: string;
	/** Leaves no byte. */
	fill(): Promise<void>;
	/** Gives back what `fill` took. */
	free(): Promise<void>;
	close(): Promise<void>;
}

/** Mounts one; undefined where this user may not. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-disk-"));
	const remove = () => rm(folder, { recursive: true });
	if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).status !== 0) {
		await remove();
		return undefined;
	}
	const ballast = join(folder, "ballast");
	return {
		folder,
		async fill() {
			const { bsize, bavail } = await statfs(folder);
			await writeFile(ballast, Buffer.alloc(bsize * bavail));
		},
		free: () => rm(ballast),
		async close() {
			spawnSync("umount", [folder]);
			await remove();
		},
	};
}
