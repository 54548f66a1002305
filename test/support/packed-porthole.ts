import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../../setup/step.mjs";

const runFile = promisify(execFile);

/** What a clone has besides its sources and is not packed; the addon and the page are taken as they were built here. */
const LEFT_OUT =
	/^(node_modules|\.git|\.next|test|gallery|dist|prebuilds|docs|native\/build|\.setup\/(?!page$).*)$/;
const ADDON = "native/build/Release/porthole.node";

/** A project with Porthole installed out of its tarball. */
export interface InstalledPorthole {
	/** Names in the tarball, without the `package/` before each. */
	readonly names: readonly string[];
	/** The program that npm would link as `porthole`. */
	readonly program: string;
	close(): Promise<void>;
}

/**
 * Packs a copy of this clone as `npm run pack` does, with a prebuild of the addon that was built here, and unpacks it under
 * a node_modules. Nothing is fetched: its dependencies are links to the clone's, and no script runs on the way.
 */
export async function installPacked(): Promise<InstalledPorthole> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-packed-"));
	const close = () => rm(folder, { recursive: true, force: true });
	try {
		// Nothing to do after npm test; Next builds the page where its package really lies, and so not in the copy.
		await runFile(process.execPath, [join(root, "setup", "main.mjs"), "page"]);
		const clone = join(folder, "clone");
		await copyClone(clone);
		const tarball = await pack(clone, folder);
		const { stdout } = await runFile("tar", ["-tzf", tarball]);
		const modules = join(folder, "project", "node_modules");
		const target = join(modules, "porthole");
		await mkdir(target, { recursive: true });
		await runFile("tar", ["-xzf", tarball, "--strip-components=1", "-C", target]);
		const manifest = JSON.parse(await readFile(join(target, "package.json"), "utf8"));
		const wanted = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
		await Promise.all(wanted.map((name) => link(name, modules)));
		const names = stdout
			.trim()
			.split("\n")
			.map((line) => line.replace(/^package\//, ""));
		return { names, program: join(target, manifest.bin.porthole), close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function copyClone(clone: string): Promise<void> {
	await cp(root, clone, { recursive: true, filter: (path) => !LEFT_OUT.test(relative(root, path)) });
	await mkdir(dirname(join(clone, ADDON)), { recursive: true });
	await cp(join(root, ADDON), join(clone, ADDON));
	await symlink(join(root, "node_modules"), join(clone, "node_modules"));
}

async function pack(clone: string, folder: string): Promise<string> {
	const put = 'import("./setup/package.mjs").then(({ putPrebuild }) => putPrebuild())';
	await runFile(process.execPath, ["-e", put], { cwd: clone });
	const words = ["--silent", "--", "--loglevel=error", "--pack-destination", folder];
	const { stdout } = await runFile("npm", ["run", "pack", ...words], { cwd: clone });
	return join(folder, stdout.trim().split("\n").at(-1) ?? "");
}

async function link(name: string, modules: string): Promise<void> {
	const path = join(modules, name);
	await mkdir(dirname(path), { recursive: true });
	await symlink(join(root, "node_modules", name), path);
}
