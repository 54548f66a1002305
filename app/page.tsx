import type { Metadata } from "next";
import { DeviceList } from "./components/device-list.tsx";

export const metadata: Metadata = { title: "Porthole" };

/** The devices. */
export default function DevicesPage() {
	return <DeviceList />;
}
