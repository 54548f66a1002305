import type { Metadata } from "next";

export const metadata: Metadata = { title: "Nothing here · Porthole" };

/** Shown for an address that is neither the list nor a device. */
export default function NotFound() {
	return (
		<main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 p-6">
			<h1 className="text-title font-semibold">There is nothing here</h1>
			<p className="text-soft">The address may be mistyped. All devices are on the first page.</p>
			<a href="/" className="rounded-box bg-accent px-4 py-2 font-medium text-on-accent">
				Show devices
			</a>
		</main>
	);
}
