import { spawn, spawnSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { canRunGuest, guestFolder, guestKernel, guestModules } from "../../setup/guest-kernel.mjs";
import { isFile, nodeProgram, root } from "../../setup/step.mjs";
import { makeStrippedCopy } from "./stripped-copy.ts";

const QEMU = "/usr/bin/qemu-system-x86_64";
const ADDON = join(root, "native", "build", "Release", "porthole.node");
const BUSYBOX = "/bin/busybox";
/** Emulated, a whole run takes about a third of this; the machine is ended then, s. */
const TIME_LIMIT = 120;

/** Whether the guest's parts are here; `npm test` fetches them where it can. */
export function guestIsThere(): boolean {
	return canRunGuest() && isFile(QEMU) && isFile(guestKernel) && spawnSync(BUSYBOX, ["true"]).status === 0;
}

/**
 * Runs a program of `test/support` (`in-guest.ts`) in an emulated machine with AF_VSOCK of its own (`vsock_loopback`), which reaches nothing
 * outside: it sees this machine's files, which it cannot change, and has no network. Gives all that it printed.
 */
export async function runInGuest(program: string): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-guest-"));
	try {
		const copy = join(folder, "copy");
		await makeStrippedCopy(copy);
		const script = join(copy, "test", "support", program.replace(/\.ts$/, ".mjs"));
		const image = await makeImage(folder, script);
		return await boot(image);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/**
 * The first file system: it loads modules, mounts this machine's files and runs the script among them. Without a JIT: in
 * an emulated machine V8 gets nothing from compiling and now and then crashes over its code pages.
 */
async function makeImage(folder: string, script: string): Promise<string> {
	const tree = join(folder, "tree");
	await mkdir(join(tree, "bin"), { recursive: true });
	await copyFile(BUSYBOX, join(tree, "bin", "busybox"));
	const modules = guestModules.map((path) => `${basename(path)}.ko`);
	for (const name of modules) await copyFile(join(guestFolder, name), join(tree, name));
	const init = `#!/bin/busybox sh
b=/bin/busybox
$b mkdir -p /proc /dev /host
$b mount -t proc none /proc
$b mount -t devtmpfs none /dev
for module in ${modules.join(" ")}; do $b insmod /$module || echo "no $module"; done
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,ro,cache=loose hostroot /host || echo "no files"
$b mount -t devtmpfs none /host/dev
$b mount -t proc none /host/proc
$b mkdir /host/dev/shm
$b mount -t tmpfs none /host/dev/shm
export TMPDIR=/dev/shm PORTHOLE_GUEST=1 PORTHOLE_ADDON=${ADDON}
cd /host
$b chroot /host ${nodeProgram()} --jitless --no-warnings ${script} 2>&1
echo "guest-exit $?"
$b poweroff -f
`;
	await writeFile(join(tree, "init"), init);
	await chmod(join(tree, "init"), 0o755);
	const image = join(folder, "init.cpio.gz");
	const pack = `cd "$1" && find . | cpio -o -H newc --quiet | gzip -1 > "$2"`;
	const packed = spawnSync("sh", ["-c", pack, "sh", tree, image], { encoding: "utf8" });
	if (packed.status !== 0) throw new Error(`the guest's files could not be packed: ${packed.stderr}`);
	return image;
}

function boot(image: string): Promise<string> {
	const files = "local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap";
	const machine = spawn(
		QEMU,
		[
			...["-accel", "tcg", "-M", "pc", "-cpu", "max,-pku", "-smp", "2", "-m", "1024"],
			...[
				"-nodefaults",
				"-no-user-config",
				"-display",
				"none",
				"-no-reboot",
				"-serial",
				"stdio",
				"-net",
				"none",
			],
			...["-kernel", guestKernel, "-initrd", image],
			...["-append", "console=ttyS0 quiet panic=-1 rdinit=/init", "-virtfs", files],
		],
		{ stdio: ["ignore", "pipe", "pipe"] },
	);
	let text = "";
	machine.stdout.on("data", (chunk) => (text += chunk));
	machine.stderr.on("data", (chunk) => (text += chunk));
	const late = setTimeout(() => machine.kill("SIGKILL"), TIME_LIMIT * 1000);
	return new Promise((resolve, reject) => {
		machine.on("error", reject);
		machine.on("close", () => {
			clearTimeout(late);
			resolve(text.replaceAll("\r", ""));
		});
	});
}
