import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isFile, root, run, SetupError, say } from "./step.mjs";

/** Where the kernel for test machines is kept; ignored by git. */
export const guestFolder = join(root, ".setup", "guest");
export const guestKernel = join(guestFolder, "vmlinuz");

/** Modules of the guest in the order in which they are loaded: first its view of this machine's files, then vsock. */
export const guestModules = [
	...["fs/netfs/netfs", "fs/fscache/fscache", "net/9p/9pnet"],
	...["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci"].map(
		(name) => `drivers/virtio/${name}`,
	),
	...["net/9p/9pnet_virtio", "fs/9p/9p"],
	...["vsock", "vmw_vsock_virtio_transport_common", "vsock_loopback"].map((name) => `net/vmw_vsock/${name}`),
];

/** Whether this machine can run the guest: the kernel comes from Debian and is emulated for this processor. */
export function canRunGuest(platform = process.platform, arch = process.arch) {
	return platform === "linux" && arch === "x64" && isFile("/usr/bin/apt-get");
}

/**
 * Fetches Debian's kernel for the machine in which AF_VSOCK is tested, once. Nothing is installed. Without it that test is
 * left out, as on a machine without a network.
 */
export async function fetchGuestKernel() {
	if (!canRunGuest() || isFile(guestKernel)) return;
	mkdirSync(guestFolder, { recursive: true });
	const depends = spawnSync("apt-cache", ["depends", "linux-image-amd64"], { encoding: "utf8" }).stdout ?? "";
	const name = /Depends: (linux-image-[^\s<>]+)/.exec(depends)?.[1];
	try {
		if (!name) throw new SetupError("apt knows no kernel; is its list of packages empty (apt-get update)?");
		// By its exact name: a pattern would fetch its debugging packages too, gigabytes of them.
		const download = `cd "$1" && apt-get download -qq "$2" && mv "$2"_*.deb kernel.deb`;
		await run(`Fetching ${name} for a test machine`, "sh", ["-c", download, "sh", guestFolder, name]);
		await run("Unpacking it", "sh", ["-c", unpack, "sh", guestFolder, ...guestModules]);
		renameSync(join(guestFolder, "vmlinuz.new"), guestKernel);
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		say(`AF_VSOCK is not tested: ${error.message}`);
	} finally {
		const left = readdirSync(guestFolder).filter((name) => name.endsWith(".deb") || name === "tree");
		for (const name of left) rmSync(join(guestFolder, name), { recursive: true, force: true });
	}
}

/** The kernel last: where it is, everything is. */
const unpack = `set -e
cd "$1"; shift
mkdir -p tree
dpkg --fsys-tarfile kernel.deb | tar -x -C tree --wildcards './boot/vmlinuz-*' './lib/modules/*/kernel/fs/9p' \\
	'./lib/modules/*/kernel/fs/netfs' './lib/modules/*/kernel/fs/fscache' './lib/modules/*/kernel/net/9p' \\
	'./lib/modules/*/kernel/net/vmw_vsock' './lib/modules/*/kernel/drivers/virtio'
for module in "$@"; do cp tree/lib/modules/*/kernel/"$module".ko .; done
cp tree/boot/vmlinuz-* vmlinuz.new`;
