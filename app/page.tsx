import type { Metadata } from "next";
import { DeviceList } from "./components/devices/device-list.tsx";

export const metadata: Metadata = { title: "Porthole" };

/** The devices. */
export default function DevicesPage() {
	return <DeviceList />;
}
